// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.attributes;

import java.util.ArrayList;
import java.util.List;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig;
import org.mindeye.training.LossTerm;
import org.mindeye.training.Score;

/**
 * How often a classifier is right. Besides the scores named here there is one for each attribute,
 * by its name.
 */
public final class AttributeScores {
  /** The share of pictures of which every attribute is right. */
  public static final String ALL = "all";

  /** What says which epoch is best. */
  static final Score QUALITY = Score.share(ALL);

  private AttributeScores() {}

  static List<Score> of(AttributeClassifierConfig config) {
    List<Score> scores = new ArrayList<>(List.of(Score.lower(LossTerm.TOTAL), QUALITY));
    config.attributes().forEach(attribute -> scores.add(Score.share(attribute.name())));
    return List.copyOf(scores);
  }
}
