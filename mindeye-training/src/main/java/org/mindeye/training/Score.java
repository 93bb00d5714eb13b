// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.List;
import java.util.Objects;

/**
 * A number by which a model is judged.
 *
 * @param name lower camel case
 * @param direction which way is better
 * @param share whether it is a share, in [0, 1], to be shown in percent
 * @param meanOf the scores it is the mean of; empty for what a validator measures itself. Means are
 *     not written into tables
 */
public record Score(String name, Direction direction, boolean share, List<String> meanOf) {
  static final String NAME = "[a-z][a-zA-Z0-9]*";

  /** Which way is better. */
  public enum Direction {
    /** More is better. */
    HIGHER,
    /** Less is better. */
    LOWER,
    /** It judges nothing: a count, for example. It has no curve. */
    NEITHER
  }

  /** Checks the name. */
  public Score {
    Objects.requireNonNull(direction, "direction");
    meanOf = List.copyOf(meanOf);
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          "a score is called by letters and digits, like brainToImage, but was '" + name + "'");
    }
  }

  /**
   * A score of which more is better.
   *
   * @param name of it
   * @return the score
   */
  public static Score higher(String name) {
    return new Score(name, Direction.HIGHER, false, List.of());
  }

  /**
   * A share of which more is better.
   *
   * @param name of it
   * @return the score, in [0, 1]
   */
  public static Score share(String name) {
    return new Score(name, Direction.HIGHER, true, List.of());
  }

  /**
   * A score of which less is better: a loss.
   *
   * @param name of it
   * @return the score
   */
  public static Score lower(String name) {
    return new Score(name, Direction.LOWER, false, List.of());
  }

  /**
   * A number that says what the others are about.
   *
   * @param name of it
   * @return the score
   */
  public static Score count(String name) {
    return new Score(name, Direction.NEITHER, false, List.of());
  }

  /**
   * The mean of scores of which more is better.
   *
   * @param name of the mean
   * @param scores names of what is averaged
   * @return the score
   */
  public static Score mean(String name, String... scores) {
    return new Score(name, Direction.HIGHER, false, List.of(scores));
  }

  /** Whether a validator measures it. */
  boolean measured() {
    return meanOf.isEmpty();
  }

  /** Its value among others. */
  double in(NamedValues scores) {
    return measured()
        ? scores.value(name)
        : meanOf.stream().mapToDouble(scores::value).sum() / meanOf.size();
  }
}
