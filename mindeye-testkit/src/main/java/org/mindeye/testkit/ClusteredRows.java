// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

/** Vectors around centres, as embeddings of pictures lie, of any length. */
public final class ClusteredRows {
  private static final int CENTERS = 20;

  /** Half the widths of uniform numbers of variance 1, and of 0.25. */
  private static final double APART = Math.sqrt(3);

  private static final double AROUND = Math.sqrt(0.75);

  private ClusteredRows() {}

  /**
   * Draws some.
   *
   * @param count of vectors, in turns around 20 centres that are the same for all seeds
   * @param width of each
   * @param seed of the vectors, from 1 on
   * @return {@code [count][width]}
   */
  public static float[][] draw(int count, int width, long seed) {
    float[] centers = ParityGenerator.input(0, (long) CENTERS * width, APART, 0);
    float[] around = ParityGenerator.input(seed, (long) count * width, AROUND, 0);
    float[][] rows = new float[count][width];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < width; k++) {
        rows[i][k] = centers[i % CENTERS * width + k] + around[i * width + k];
      }
    }
    return rows;
  }
}
