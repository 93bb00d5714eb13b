// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import java.util.List;
import org.mindeye.training.LossTerm;

/**
 * What image towers minimise.
 *
 * @param contrastive weight of {@link org.mindeye.losses.TwoTowerLoss}
 * @param questions weight of the cross-entropy of what validation asks, the mean over the
 *     {@linkplain ClipTask.Question questions}: texts that say a single thing of the picture, which
 *     a random part of a description rarely does
 * @param places weight of the cross-entropy of what is at each patch, the mean over the questions
 * @param leastMentioned how much of a description a text mentions at least, in [0, 1]: each text
 *     mentions a part between that and all
 */
public record ClipLossConfig(
    double contrastive, double questions, double places, double leastMentioned) {
  /** The name of the contrastive term. */
  static final String CONTRASTIVE = "contrastive";

  /** The name of the term of single things that are said. */
  static final String QUESTIONS = "questions";

  /** The name of the term of what is where. */
  static final String PLACES = "places";

  /** Checks the weights. */
  public ClipLossConfig {
    LossTerm first = new LossTerm(CONTRASTIVE, contrastive);
    new LossTerm(QUESTIONS, questions);
    new LossTerm(PLACES, places);
    if (first.weight() == 0) {
      throw new IllegalArgumentException(
          "contrastive: expected a weight above 0, or the towers would not learn of each other");
    }
    if (!(leastMentioned >= 0 && leastMentioned <= 1)) {
      throw new IllegalArgumentException(
          "leastMentioned: expected a number in [0, 1] but was " + leastMentioned);
    }
  }

  /**
   * All terms alike; texts mention anything from a tenth of a description to all.
   *
   * @return 1, 1, 1 and 0.1
   */
  public static ClipLossConfig standard() {
    return new ClipLossConfig(1, 1, 1, 0.1);
  }

  /** The terms, weighed. */
  List<LossTerm> terms() {
    return List.of(
        new LossTerm(CONTRASTIVE, contrastive),
        new LossTerm(QUESTIONS, questions),
        new LossTerm(PLACES, places));
  }
}
