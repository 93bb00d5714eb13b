package org.mindeye.core.pipeline;

/**
 * How a picture is painted.
 *
 * @param steps denoising steps (published: 20)
 * @param guidance classifier-free guidance scale (published: 3.5)
 * @param strength how much of the blurry start is repainted, in [0, 1]; 1 ignores it (published:
 *     0.85)
 * @param seed of all random numbers of one reconstruction (published: 42, the same for every image)
 */
public record DecodeOptions(int steps, double guidance, double strength, long seed) {
  /** The published setting. */
  public static final DecodeOptions PAPER = new DecodeOptions(20, 3.5, 0.85, 42);

  /** Checks the numbers. */
  public DecodeOptions {
    if (steps < 1) {
      throw new IllegalArgumentException("steps: expected at least 1 but was " + steps);
    }
    if (!Double.isFinite(guidance)) {
      throw new IllegalArgumentException("guidance: expected a finite number but was " + guidance);
    }
    if (!(strength >= 0 && strength <= 1)) {
      throw new IllegalArgumentException(
          "strength: expected a number in [0, 1] but was " + strength);
    }
  }

  /**
   * The same options with another seed.
   *
   * @param newSeed the seed
   * @return a changed copy
   */
  public DecodeOptions withSeed(long newSeed) {
    return new DecodeOptions(steps, guidance, strength, newSeed);
  }
}
