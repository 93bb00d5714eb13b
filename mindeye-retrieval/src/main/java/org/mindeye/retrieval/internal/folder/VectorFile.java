// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.internal.folder;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.IntConsumer;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.retrieval.EmbeddingSource;

/** The directions of a source as a file that an exact index searches. */
public final class VectorFile {
  /** Numbers of a source that are read at once. */
  private static final int READ_AT_ONCE = 1 << 20;

  private VectorFile() {}

  /**
   * Writes float32 {@code [vectors, width]}, rows of length 1.
   *
   * @param file must not exist
   * @param source read once, from its first row to its last
   * @param progressed is notified how many rows are written; may throw to end it
   * @throws IOException if the source cannot be read or the disk refuses
   */
  public static void write(Path file, EmbeddingSource source, IntConsumer progressed)
      throws IOException {
    int count = Math.toIntExact(source.size());
    int step = Math.max(1, READ_AT_ONCE / source.width());
    progressed.accept(0);
    try (OutputStream output = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      output.write(Npy.header(ElementType.FLOAT32, count, source.width()));
      for (int from = 0; from < count; from += step) {
        int some = Math.min(step, count - from);
        output.write(bytes(EmbeddingSource.directions(source, from, some)));
        progressed.accept(from + some);
      }
    }
  }

  private static byte[] bytes(float[] rows) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(rows.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(rows);
    return bytes.array();
  }

  /**
   * Forces a file to the disk.
   *
   * @param file is there
   * @throws IOException if the disk refuses
   */
  public static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }
}
