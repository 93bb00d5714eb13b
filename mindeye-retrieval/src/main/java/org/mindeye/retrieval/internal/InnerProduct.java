// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.internal;

/**
 * The score of two vectors: the inner product of float32 numbers, summed in float64. Every index
 * that scores exactly calls this, so that equal vectors have equal scores, bit by bit, wherever
 * they are found.
 */
public final class InnerProduct {
  /** Numbers that are summed before they join the whole: longer vectors are summed in parts. */
  public static final int PART = 8192;

  private InnerProduct() {}

  /**
   * Of whole vectors.
   *
   * @param a {@code [width]}
   * @param b {@code [width]}
   * @return rounded to float32
   */
  public static float of(float[] a, float[] b) {
    double sum = 0;
    for (int from = 0; from < a.length; from += PART) {
      sum += part(a, from, b, from, Math.min(PART, a.length - from));
    }
    return (float) sum;
  }

  /**
   * Of parts of two vectors. Eight sums at once, which the processor adds up side by side.
   *
   * @param a a vector, or a part of one
   * @param firstOfA where its numbers begin
   * @param b a vector, or a part of one
   * @param firstOfB where its numbers begin
   * @param length how many, at most {@link #PART}
   * @return the sum
   */
  public static double part(float[] a, int firstOfA, float[] b, int firstOfB, int length) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = firstOfA;
    int j = firstOfB;
    int end = firstOfA + length;
    for (; i + 7 < end; i += 8, j += 8) {
      s0 += (double) a[i] * b[j];
      s1 += (double) a[i + 1] * b[j + 1];
      s2 += (double) a[i + 2] * b[j + 2];
      s3 += (double) a[i + 3] * b[j + 3];
      s4 += (double) a[i + 4] * b[j + 4];
      s5 += (double) a[i + 5] * b[j + 5];
      s6 += (double) a[i + 6] * b[j + 6];
      s7 += (double) a[i + 7] * b[j + 7];
    }
    for (; i < end; i++, j++) {
      s0 += (double) a[i] * b[j];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }
}
