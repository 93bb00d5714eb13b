package org.mindeye.core.random;

import org.mindeye.core.kernel.Torch;

/**
 * The one seed of DJL's engine. Nothing in this library draws from the engine; code of a user that
 * does (a DJL {@code Dropout} in a loss of their own) is reproducible, and resumes exactly, if the
 * seed is set before every step.
 */
public final class EngineSeed {
  private EngineSeed() {}

  /**
   * Sets the seed for a step.
   *
   * @param seed the run's seed
   * @param step which step
   */
  public static void set(long seed, long step) {
    float[] mixed = new float[1];
    NoiseSource.seeded(seed, step).uniform(mixed);
    Torch.engine().setRandomSeed(Float.floatToIntBits(mixed[0]));
  }
}
