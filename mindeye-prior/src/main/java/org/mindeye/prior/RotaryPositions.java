package org.mindeye.prior;

import org.mindeye.core.nn.Initial;

/**
 * Rotary positions (Su et al. 2021): at position p, pair m of neighbouring channels is turned by
 * {@code p * 10000^(-2m / rotated)}. Channels beyond the rotated ones stay as they are.
 */
final class RotaryPositions {
  static final Initial FREQUENCIES = Initial.geometric(10_000);

  private RotaryPositions() {}

  /** Cosine and sine for each position and pair: {@code [length, headWidth / 2, 2]}. */
  static float[] table(int length, TransformerConfig config) {
    // As published: frequencies and angles are float32.
    float[] frequencies = FREQUENCIES.powers(config.rotated() / 2);
    int pairs = config.headWidth() / 2;
    float[] table = new float[length * pairs * 2];
    for (int p = 0; p < length; p++) {
      for (int m = 0; m < pairs; m++) {
        float angle = m < frequencies.length ? p * frequencies[m] : 0;
        table[(p * pairs + m) * 2] = (float) Math.cos(angle);
        table[(p * pairs + m) * 2 + 1] = (float) Math.sin(angle);
      }
    }
    return table;
  }
}
