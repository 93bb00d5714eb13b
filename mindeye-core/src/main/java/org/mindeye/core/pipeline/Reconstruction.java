// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What was painted for one brain. Heap data: it outlives the pipeline. */
public final class Reconstruction {
  private final List<Candidate> candidates;
  private final Optional<BufferedImage> blurry;
  private final Timings timings;

  private Reconstruction(
      List<Candidate> candidates, Optional<BufferedImage> blurry, Timings timings) {
    this.candidates = candidates;
    this.blurry = blurry;
    this.timings = Objects.requireNonNull(timings, "timings");
  }

  /**
   * A reconstruction that was painted from noise.
   *
   * @param candidates at least one, in any order; among equal scores the earlier one is better
   * @param timings how long it took
   * @return the reconstruction
   * @throws IllegalArgumentException if there is no candidate
   */
  public static Reconstruction of(List<Candidate> candidates, Timings timings) {
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException("candidates: expected at least one but found none");
    }
    List<Candidate> sorted = candidates.stream().sorted(Candidate.BEST_FIRST).toList();
    return new Reconstruction(sorted, Optional.empty(), timings);
  }

  /**
   * The same with the picture that the painting started from.
   *
   * @param start the blurry picture; not copied
   * @return a changed copy
   */
  public Reconstruction withBlurry(BufferedImage start) {
    return new Reconstruction(candidates, Optional.of(start), timings);
  }

  /**
   * The best candidate's picture.
   *
   * @return 8 bits per channel
   */
  public BufferedImage image() {
    return best().image();
  }

  /**
   * The candidate with the highest score.
   *
   * @return the first of all
   */
  public Candidate best() {
    return candidates.get(0);
  }

  /**
   * All that was painted.
   *
   * @return at least one, {@link Candidate#BEST_FIRST}
   */
  public List<Candidate> candidates() {
    return candidates;
  }

  /**
   * What the low-level branch saw, and the painting started from.
   *
   * @return the blurry picture, or empty in a pipeline without that branch
   */
  public Optional<BufferedImage> blurry() {
    return blurry;
  }

  /**
   * How long it took.
   *
   * @return the time of each stage
   */
  public Timings timings() {
    return timings;
  }

  @Override
  public String toString() {
    return "Reconstruction " + candidates;
  }
}
