// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.mindeye.MindEyeException;
import org.mindeye.data.Trial;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.RowsFile;
import org.mindeye.formats.tensor.Half;

/**
 * Adds rows to a {@link TargetCache}. Rows are on the disk before their entries, so that a process
 * may be killed at any byte: what has no entry is cut off by the next writer.
 */
final class TargetWriter implements Closeable {
  private final RowsFile tokens;
  private final RowsFile index;
  private final String cache;
  private final int width;

  private TargetWriter(RowsFile tokens, RowsFile index, String cache, int width) {
    this.tokens = tokens;
    this.index = index;
    this.cache = cache;
    this.width = width;
  }

  /**
   * Goes on behind the rows that count.
   *
   * @param folder of the cache, locked
   * @param count how many count
   * @param cache the sum of {@code cache.json}
   * @param width numbers of a row
   */
  static TargetWriter open(Path folder, int count, String cache, int width) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      Path file = folder.resolve(TargetCache.TOKENS);
      RowsFile tokens =
          opened.add(RowsFile.open(file, width * Short.BYTES, count, TargetCache.remedy(file)));
      RowsFile index =
          opened.add(
              RowsFile.open(
                  folder.resolve(TargetCache.INDEX),
                  TargetIndex.BYTES,
                  count,
                  TargetCache.remedy(file)));
      return opened.done(new TargetWriter(tokens, index, cache, width));
    }
  }

  /**
   * Adds rows, which count when this returns. If it fails, those before still do, and no others.
   *
   * @param trials whose images they are of
   * @param pictures the digests of these
   * @param numbers {@code [trials, width]}
   * @throws MindEyeException if a number is NaN, or beyond float16
   */
  void add(List<Trial> trials, List<String> pictures, float[] numbers) throws IOException {
    ByteBuffer rows =
        ByteBuffer.allocate(Math.multiplyExact(numbers.length, Short.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    List<TargetIndex.Entry> entries = new ArrayList<>();
    for (int i = 0; i < trials.size(); i++) {
      int from = rows.position();
      for (int j = 0; j < width; j++) {
        rows.putShort(half(trials.get(i), numbers[i * width + j]));
      }
      CRC32C sum = new CRC32C();
      sum.update(rows.array(), from, rows.position() - from);
      entries.add(
          new TargetIndex.Entry(trials.get(i).cocoId(), pictures.get(i), (int) sum.getValue()));
    }
    long before = tokens.rows();
    tokens.append(rows.flip());
    try (CloseOnFailure failed = new CloseOnFailure()) {
      failed.undo(() -> tokens.truncate(before));
      index.append(TargetIndex.bytes(entries, before, cache));
      failed.done(this);
    }
  }

  private static short half(Trial trial, float number) {
    if (!(Math.abs(number) <= Half.MAX_VALUE)) {
      throw new MindEyeException(
          "targets of sample "
              + trial.key()
              + ": expected numbers of at most "
              + Half.MAX_VALUE
              + ", which float16 holds, but found "
              + number
              + "; look at the encoder's weights, or encode without a cache");
    }
    return Half.fromFloat(number);
  }

  @Override
  public void close() throws IOException {
    CloseOnFailure both = new CloseOnFailure();
    both.add(tokens);
    both.add(index);
    both.closeAll();
  }
}
