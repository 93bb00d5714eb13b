// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.random;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.random.AbstractRandomGenerator;

/** Pseudo-random numbers of the L64X128Mix generator, the same on every machine. */
final class SeededNoise implements NoiseSource {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private final RandomGenerator random;

  SeededNoise(long seed, long... path) {
    long state = mix(seed + GOLDEN_GAMMA);
    for (long element : path) {
      state = mix(state * 31 + element + GOLDEN_GAMMA);
    }
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(state);
  }

  /** The finaliser of SplitMix64: neighbouring seeds give unrelated states. */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  @Override
  public void uniform(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
  }

  @Override
  public void normal(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  @Override
  public double[] beta(double alpha, double beta, int count) {
    if (!(alpha > 0) || !(beta > 0)) {
      throw new IllegalArgumentException(
          "Beta(" + alpha + ", " + beta + "): both parameters must be positive");
    }
    BetaDistribution distribution = new BetaDistribution(new Adapter(), alpha, beta);
    return distribution.sample(count);
  }

  @Override
  public int[] permutation(int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** This source as Commons Math expects it. */
  private final class Adapter extends AbstractRandomGenerator {
    @Override
    public void setSeed(long seed) {
      // The seed is this source's; distributions only draw.
    }

    @Override
    public double nextDouble() {
      return random.nextDouble();
    }
  }
}
