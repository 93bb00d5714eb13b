// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

/**
 * Rotary positions (Su et al. 2021): at position p, pair m of neighbouring channels is turned by
 * {@code p * 10000^(-2m / rotated)}. Channels beyond the rotated ones stay as they are.
 */
final class RotaryPositions {
  private static final double BASE = 10_000;

  private RotaryPositions() {}

  /** Radians per position, fastest pair first; float32 as published. */
  static float[] frequencies(int count) {
    float[] frequencies = new float[count];
    for (int m = 0; m < count; m++) {
      frequencies[m] = (float) Math.pow(BASE, -(double) m / count);
    }
    return frequencies;
  }

  /** Cosine and sine for each position and pair: {@code [length, headWidth / 2, 2]}. */
  static float[] table(int length, TransformerConfig config) {
    float[] frequencies = frequencies(config.rotated() / 2);
    int pairs = config.headWidth() / 2;
    float[] table = new float[length * pairs * 2];
    for (int p = 0; p < length; p++) {
      for (int m = 0; m < pairs; m++) {
        // As published: angles are float32 too.
        float angle = m < frequencies.length ? p * frequencies[m] : 0;
        table[(p * pairs + m) * 2] = (float) Math.cos(angle);
        table[(p * pairs + m) * 2 + 1] = (float) Math.sin(angle);
      }
    }
    return table;
  }
}
