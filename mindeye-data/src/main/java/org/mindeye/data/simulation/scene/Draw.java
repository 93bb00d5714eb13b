// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import org.mindeye.core.random.NoiseSource;

/** One number after the other. */
record Draw(NoiseSource noise) {
  /** Evenly from low on, below high. */
  double between(double low, double high) {
    float[] one = new float[1];
    noise.uniform(one);
    return low + (high - low) * one[0];
  }

  /** Evenly among the numbers from 0 on. */
  int below(int bound) {
    return Math.min(bound - 1, (int) between(0, bound));
  }

  boolean coin() {
    return below(2) == 0;
  }

  <T> T among(T[] all) {
    return all[below(all.length)];
  }
}
