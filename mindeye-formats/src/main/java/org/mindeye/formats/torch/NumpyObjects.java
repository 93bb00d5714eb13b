// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import org.mindeye.Plural;
import org.mindeye.formats.internal.InputFile;
import org.mindeye.formats.internal.magic.Magic;
import org.mindeye.formats.internal.npy.NpyReader;
import org.mindeye.formats.internal.pickle.PickleInput;
import org.mindeye.formats.internal.pickle.PickleLimits;
import org.mindeye.formats.internal.pickle.Unpickler;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Files of {@code numpy.save} that hold Python objects in place of numbers: dictionaries, lists,
 * arrays of text. NumPy reads them with {@code allow_pickle=True} and then runs whatever program is
 * in the file; here they are data, as {@link TorchCheckpoint} reads pickles, and objects of a
 * program's own stay {@link CheckpointNode.Opaque}.
 *
 * <p>Read whole, into the heap: at most 2 GiB.
 */
public final class NumpyObjects {
  private static final int READER = Integer.MAX_VALUE - 64;

  /** Content of the pickle, arrays made of it, and something to work with. */
  private static final int COPIES = 3;

  private NumpyObjects() {}

  /**
   * Reads the object of a file.
   *
   * @param file a {@code .npy} file of type {@code O}
   * @return what was saved: a {@link CheckpointNode.Mapping} for {@code numpy.save(file,
   *     dictionary)}, a {@link CheckpointNode.Sequence} of all elements for an array of objects
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is no such file; one of numbers is read by {@link
   *     org.mindeye.formats.numpy.Npy}
   * @throws org.mindeye.MindEyeException if the Java heap does not hold it
   */
  public static CheckpointNode read(Path file) throws IOException {
    String source = file.toString();
    try (FileChannel channel = InputFile.open(file, "a NumPy file (.npy)", Magic::isNumpy)) {
      boolean single = NpyReader.readObjectHeader(source, Channels.newInputStream(channel));
      long bytes = channel.size() - channel.position();
      if (bytes > READER) {
        throw new MalformedFileException(
            source,
            "at most 2 GiB of objects",
            Plural.of(bytes, "byte") + "; save its arrays one by one");
      }
      HeapBudget.ofThisProcess()
          .require(source, COPIES * bytes, "save its arrays one by one with numpy.save");
      PickleLimits limits = PickleLimits.DEFAULT.withBytes(Math.max(1, bytes));
      PickleInput input =
          new PickleInput(
              Channels.newInputStream(channel),
              bytes,
              limits,
              (expected, found) -> new MalformedFileException(source, expected, found));
      Unpickler pickle = new Unpickler(input);
      TorchArchive archive = new TorchArchive("objects", pickle.read(), Map.of(), pickle.foreign());
      if (input.consumed() != bytes) {
        throw new MalformedFileException(
            source, "the end after the objects", (bytes - input.consumed()) + " more bytes");
      }
      CheckpointNode root = new TorchTree(source, archive, limits).root();
      if (!(root instanceof CheckpointNode.Sequence objects)) {
        throw new MalformedFileException(source, "an array of objects", root.toString());
      }
      return single && objects.items().size() == 1 ? objects.items().get(0) : objects;
    }
  }
}
