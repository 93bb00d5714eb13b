// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import java.awt.image.BufferedImage;
import java.util.Comparator;
import java.util.Objects;
import java.util.OptionalDouble;
import org.mindeye.core.tensor.NotFiniteException;

/** One painted picture of several. Heap data. */
public final class Candidate {
  /** The order of every reconstruction: higher score first, those without score last. */
  public static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble((Candidate each) -> each.score().orElse(Double.NEGATIVE_INFINITY))
          .reversed();

  private final BufferedImage image;
  private final long seed;
  private final OptionalDouble score;

  private Candidate(BufferedImage image, long seed, OptionalDouble score) {
    this.image = Objects.requireNonNull(image, "image");
    this.seed = seed;
    this.score = score;
  }

  /**
   * A picture without a score.
   *
   * @param image the picture, 8 bits per channel; not copied
   * @param seed of its random numbers
   * @return the candidate
   */
  public static Candidate of(BufferedImage image, long seed) {
    return new Candidate(image, seed, OptionalDouble.empty());
  }

  /**
   * The same picture with a score.
   *
   * @param newScore the higher the better
   * @return a changed copy
   * @throws NotFiniteException if it is NaN
   */
  public Candidate withScore(double newScore) {
    if (Double.isNaN(newScore)) {
      throw new NotFiniteException("score of the candidate of seed " + seed + ": is NaN");
    }
    return new Candidate(image, seed, OptionalDouble.of(newScore));
  }

  /**
   * The picture.
   *
   * @return 8 bits per channel
   */
  public BufferedImage image() {
    return image;
  }

  /**
   * What it was painted with: {@code config.withSeed(seed).withCandidates(1)} paints it again.
   *
   * @return the seed of its random numbers, but for those that all candidates start from
   */
  public long seed() {
    return seed;
  }

  /**
   * How similar it is to what the brain says.
   *
   * @return the {@link CandidateScorer}'s number, or empty in a pipeline without one
   */
  public OptionalDouble score() {
    return score;
  }

  @Override
  public String toString() {
    return "Candidate of seed " + seed + (score.isPresent() ? ", " + score.getAsDouble() : "");
  }
}
