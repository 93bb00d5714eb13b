// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.random;

import org.mindeye.core.engine.Torch;

/**
 * The one seed of DJL's engine. Nothing in this library draws from the engine; code of a user that
 * does (a DJL {@code Dropout} in a target source of their own) is reproducible, and resumes
 * exactly, if the seed is set before every step.
 */
public final class EngineSeed {
  private static final int HALF = 1 << 16;

  private EngineSeed() {}

  /**
   * Sets the seed for a step.
   *
   * @param seed the run's seed
   * @param step which step
   */
  public static void set(long seed, long step) {
    float[] halves = new float[2];
    NoiseSource.seeded(seed, step).uniform(halves);
    Torch.engine().setRandomSeed((int) (halves[0] * HALF) << 16 | (int) (halves[1] * HALF));
  }
}
