// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.random;

import java.util.List;
import org.mindeye.Plural;

/** Normal draws that were made elsewhere, handed out in order. */
final class ReplayedNoise implements NoiseSource {
  private final List<float[]> draws;
  private int next;

  ReplayedNoise(List<float[]> draws) {
    this.draws = List.copyOf(draws);
  }

  @Override
  public void normal(float[] values) {
    if (next == draws.size()) {
      throw new IllegalStateException(
          "replayed noise: all " + Plural.of(next, "draw") + " are used up; record more");
    }
    float[] draw = draws.get(next);
    if (draw.length != values.length) {
      throw new IllegalStateException(
          "replayed noise: draw "
              + next
              + " has "
              + Plural.of(draw.length, "number")
              + " but "
              + values.length
              + " are asked for");
    }
    System.arraycopy(draw, 0, values, 0, values.length);
    next++;
  }

  @Override
  public void uniform(float[] values) {
    throw normalOnly("uniform numbers");
  }

  @Override
  public double[] beta(double alpha, double beta, int count) {
    throw normalOnly("Beta numbers");
  }

  @Override
  public int[] permutation(int size) {
    throw normalOnly("a permutation");
  }

  private static IllegalStateException normalOnly(String what) {
    return new IllegalStateException("replayed noise: normal draws only, not " + what);
  }
}
