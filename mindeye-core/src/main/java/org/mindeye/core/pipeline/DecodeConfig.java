// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

/**
 * How a picture is painted.
 *
 * @param steps denoising steps (published: 20)
 * @param guidance classifier-free guidance scale (published: 3.5)
 * @param strength how much of the blurry start is repainted, in [0, 1]; 1 ignores it (published:
 *     0.85)
 * @param seed of all random numbers of the first candidate (published: 42, the same for every
 *     image); the seeds of the others follow it: {@code seed + 1}, {@code seed + 2}, ...
 * @param candidates how many pictures are painted, of which the one is chosen that is most similar
 *     to what the brain says (published figures: 16; the original's script paints 1 by default)
 */
public record DecodeConfig(int steps, double guidance, double strength, long seed, int candidates) {
  /** Checks the numbers. */
  public DecodeConfig {
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
    if (candidates < 1) {
      throw new IllegalArgumentException("candidates: expected at least 1 but was " + candidates);
    }
  }

  /**
   * The setting of the published figures, 16 candidates among it.
   *
   * @return the configuration
   */
  public static DecodeConfig paper() {
    return new DecodeConfig(20, 3.5, 0.85, 42, 16);
  }

  /**
   * The same with another seed.
   *
   * @param newSeed the seed
   * @return a changed copy
   */
  public DecodeConfig withSeed(long newSeed) {
    return new DecodeConfig(steps, guidance, strength, newSeed, candidates);
  }

  /**
   * The same with another number of candidates.
   *
   * @param count at least 1
   * @return a changed copy
   * @throws IllegalArgumentException if the count is smaller
   */
  public DecodeConfig withCandidates(int count) {
    return new DecodeConfig(steps, guidance, strength, seed, count);
  }
}
