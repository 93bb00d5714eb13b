// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

/**
 * How a picture is painted.
 *
 * @param steps denoising steps (published: 20)
 * @param guidance classifier-free guidance scale (published: 3.5)
 * @param strength how much of the blurry start is repainted, in [0, 1]: see {@link
 *     #repaintedSteps}; 1 ignores the start, 0 leaves the blurry picture as it is (published: 0.85)
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
   * How many steps are done from a blurry start, the last ones: {@code floor(steps * strength)}, in
   * double precision as the original computes it.
   *
   * @return 0 to all
   */
  public int repaintedSteps() {
    return (int) (steps * strength);
  }

  /**
   * For final-layer models, whose decoder paints from one token: published for it is the guidance,
   * and the rest is as {@link #paper()} has it.
   *
   * @return the configuration
   */
  public static DecodeConfig finalLayer() {
    return paper().withGuidance(7.5);
  }

  /**
   * The same with another number of steps.
   *
   * @param count at least 1
   * @return a changed copy
   * @throws IllegalArgumentException if the count is smaller
   */
  public DecodeConfig withSteps(int count) {
    return new DecodeConfig(count, guidance, strength, seed, candidates);
  }

  /**
   * The same with another guidance.
   *
   * @param scale 1 for none
   * @return a changed copy
   * @throws IllegalArgumentException if it is not finite
   */
  public DecodeConfig withGuidance(double scale) {
    return new DecodeConfig(steps, scale, strength, seed, candidates);
  }

  /**
   * The same with another strength.
   *
   * @param share in [0, 1]
   * @return a changed copy
   * @throws IllegalArgumentException if it is not in this range
   */
  public DecodeConfig withStrength(double share) {
    return new DecodeConfig(steps, guidance, share, seed, candidates);
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
