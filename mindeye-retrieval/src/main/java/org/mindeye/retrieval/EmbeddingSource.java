// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.mindeye.Plural;

/**
 * The embeddings that an index is built from, read some rows at a time, so that they need not fit
 * into memory. An index takes the direction of each row: its length does not count, and one of
 * zeros, or with NaN or infinity, is refused by its number.
 *
 * <p>Reading the same row again gives the same numbers; reads may come in any order, from one
 * thread at a time.
 */
public interface EmbeddingSource {
  /**
   * The length of every row.
   *
   * @return numbers per row
   */
  int width();

  /**
   * The number of rows.
   *
   * @return how many, at least one
   */
  long size();

  /**
   * Reads rows that follow each other.
   *
   * @param from the number of the first one
   * @param into {@code [rows, width]}, filled to its end: its length says how many rows
   * @throws IOException if they cannot be read
   * @throws IndexOutOfBoundsException if there are no such rows
   */
  void read(long from, float[] into) throws IOException;

  /**
   * What a row is called in the index.
   *
   * @param row its number
   * @return its id, another one for each row
   */
  default long id(long row) {
    return row;
  }

  /**
   * Whether anything is known about the rows beside their numbers.
   *
   * @return whether {@link #describe} says it
   */
  default boolean hasMetadata() {
    return false;
  }

  /**
   * Says what is known about the rows, and what is found will say it: their names, where their
   * pictures are. Indexes on the disk keep it.
   *
   * @param into takes a map for each row, in their order; empty where nothing is known of one.
   *     Never asked if there is {@linkplain #hasMetadata no metadata}
   * @throws IOException if it cannot be read
   */
  default void describe(Consumer<Map<String, String>> into) throws IOException {
    Objects.requireNonNull(into, "into");
  }

  /**
   * Rows on the heap.
   *
   * @param rows {@code [rows][width]}, at least one; not copied
   * @return a source, whose ids are the numbers of the rows
   * @throws IllegalArgumentException if there is no row, or one is of another width than the first
   */
  static EmbeddingSource of(float[][] rows) {
    if (rows.length == 0 || rows[0].length == 0) {
      throw new IllegalArgumentException("rows: expected at least one, of at least one number");
    }
    int width = rows[0].length;
    for (int i = 1; i < rows.length; i++) {
      if (rows[i].length != width) {
        throw new IllegalArgumentException(
            "rows: expected "
                + Plural.of(width, "number")
                + " each but row "
                + i
                + " has "
                + rows[i].length);
      }
    }
    return new HeapEmbeddings(rows, width);
  }

  /**
   * Reads rows and takes their directions, as every index does that is built from a source.
   *
   * @param source where they are
   * @param from the number of the first one
   * @param count how many
   * @return {@code [count, width]}, rows of length 1
   * @throws IOException if they cannot be read
   * @throws org.mindeye.MindEyeException if a row has no direction
   */
  static float[] directions(EmbeddingSource source, long from, int count) throws IOException {
    int width = source.width();
    float[] rows = new float[Math.multiplyExact(count, width)];
    source.read(from, rows);
    for (int i = 0; i < count; i++) {
      float[] row = Arrays.copyOfRange(rows, i * width, (i + 1) * width);
      float[] direction = SearchInput.unitLength("gallery", row, width, from + i);
      System.arraycopy(direction, 0, rows, i * width, width);
    }
    return rows;
  }
}
