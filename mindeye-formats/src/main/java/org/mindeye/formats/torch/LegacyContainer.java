// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.formats.internal.magic.Magic;
import org.mindeye.formats.internal.pickle.Describe;
import org.mindeye.formats.internal.pickle.PickleInput;
import org.mindeye.formats.internal.pickle.PickleLimits;
import org.mindeye.formats.internal.pickle.PickleValue;
import org.mindeye.formats.internal.pickle.Unpickler;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorElements;
import org.mindeye.formats.torch.TorchArchive.Extent;

/**
 * The container before torch 1.6: one pickle after the other (a magic number, the version, the
 * writer's machine, the object, the keys of the storages), then each storage behind its length.
 */
final class LegacyContainer {
  private static final int VERSION = 1001;

  private final String source;
  private final FileChannel channel;
  private final PickleInput input;
  private final List<PickleValue> foreign = new ArrayList<>();

  private LegacyContainer(String source, FileChannel channel) throws IOException {
    this.source = source;
    this.channel = channel;
    channel.position(0);
    this.input =
        new PickleInput(
            Channels.newInputStream(channel),
            channel.size(),
            PickleLimits.DEFAULT,
            this::malformed);
  }

  static TorchArchive read(String file, FileChannel channel) throws IOException {
    return new LegacyContainer(file + " (legacy)", channel).archive();
  }

  private TorchArchive archive() throws IOException {
    expect(Magic.TORCH, "the magic number of torch's checkpoints");
    expect(BigInteger.valueOf(VERSION), "version " + VERSION);
    checkByteOrder(next());
    PickleValue root = next();
    Map<String, Integer> widths = widths();
    PickleValue keys = next();
    return new TorchArchive("legacy", root, storages(keys, widths), foreign);
  }

  /** Python would have run each of the pickles. */
  private PickleValue next() throws IOException {
    Unpickler pickle = new Unpickler(input);
    PickleValue value = pickle.read();
    foreign.addAll(pickle.foreign());
    return value;
  }

  private void expect(BigInteger number, String what) throws IOException {
    PickleValue found = next();
    if (!(found instanceof PickleValue.Whole whole && whole.value().equals(number))) {
      throw malformed(what, Describe.kind(found));
    }
  }

  private void checkByteOrder(PickleValue machine) {
    if (!(machine instanceof PickleValue.Mapping mapping)) {
      throw malformed("a dictionary about the writer's machine", Describe.kind(machine));
    }
    List<PickleValue> parts = mapping.keysAndValues();
    for (int i = 0; i < parts.size(); i += 2) {
      if (PickleData.text(parts.get(i)).filter("little_endian"::equals).isPresent()
          && parts.get(i + 1) instanceof PickleValue.Bool little
          && !little.value()) {
        throw malformed("a file of a little-endian machine", "a big-endian one");
      }
    }
  }

  /** The file's own lengths count elements; how wide they are, only the object says. */
  private Map<String, Integer> widths() {
    Map<String, Integer> widths = new HashMap<>();
    for (PickleValue reference : foreign) {
      TorchStorage.of(reference)
          .ifPresent(
              storage -> {
                Integer other = widths.put(storage.key(), storage.width());
                if (other != null && other != storage.width()) {
                  throw malformed("one type for storage " + Printable.name(storage.key()), "two");
                }
              });
    }
    return widths;
  }

  private Map<String, Extent> storages(PickleValue keys, Map<String, Integer> widths)
      throws IOException {
    if (!(keys instanceof PickleValue.Sequence list)) {
      throw malformed("a list of the storages' keys", Describe.kind(keys));
    }
    Map<String, Extent> storages = new HashMap<>();
    long position = input.consumed();
    for (PickleValue item : list.items()) {
      String key = PickleData.text(item).filter(widths::containsKey).orElse(null);
      if (key == null || storages.containsKey(key)) {
        throw malformed("the key of a storage in use, once", Describe.kind(item));
      }
      Extent extent = extent(key, position, widths.get(key));
      storages.put(key, extent);
      position = extent.position() + extent.bytes();
    }
    if (position != channel.size()) {
      throw malformed(
          "the end after the last storage", Plural.of(channel.size() - position, "byte"));
    }
    return storages;
  }

  private Extent extent(String key, long position, int width) throws IOException {
    long room = channel.size() - position - Long.BYTES;
    if (room < 0) {
      throw malformed("storage " + Printable.name(key), "the end of the file (truncated?)");
    }
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    TensorElements.in(channel, position).read(0, length);
    long count = length.getLong(0);
    if (count < 0 || count > room / width) {
      throw malformed(
          "storage " + Printable.name(key) + " of " + count + " x " + Plural.of(width, "byte"),
          Plural.of(room, "byte") + " (truncated?)");
    }
    return new Extent(position + Long.BYTES, count * width);
  }

  private MalformedFileException malformed(String expected, String found) {
    return new MalformedFileException(source, expected, found);
  }
}
