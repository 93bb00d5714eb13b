// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

/**
 * Which of T5's 32 distance buckets a query and a key fall into, in the one-directional form that
 * the original uses although its attention looks both ways: all keys at or after the query share
 * bucket 0. Keys are counted with the null key at 0, so a token's own key and its predecessor's are
 * in bucket 0 too. (The published weights depend on both.)
 */
final class RelativePositions {
  static final int BUCKETS = 32;

  private static final int EXACT = BUCKETS / 2;
  private static final int FARTHEST = 128;

  private RelativePositions() {}

  /** All queries against the null key and all tokens: {@code [length, length + 1]}, row by row. */
  static long[] buckets(int length) {
    long[] buckets = new long[length * (length + 1)];
    for (int i = 0; i < length; i++) {
      for (int j = 0; j <= length; j++) {
        buckets[i * (length + 1) + j] = bucket(i - j);
      }
    }
    return buckets;
  }

  /** Distances up to 15 have a bucket each, farther ones share logarithmically wider ones. */
  static int bucket(int distance) {
    int n = Math.max(distance, 0);
    if (n < EXACT) {
      return n;
    }
    double octaves = Math.log((double) n / EXACT) / Math.log((double) FARTHEST / EXACT);
    return Math.min(BUCKETS - 1, EXACT + (int) (octaves * (BUCKETS - EXACT)));
  }
}
