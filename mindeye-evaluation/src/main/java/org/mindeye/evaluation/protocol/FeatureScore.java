// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.util.List;
import java.util.Objects;

/**
 * A metric of features.
 *
 * @param name as in the paper's table 1
 * @param kind how features are compared
 */
public record FeatureScore(String name, Kind kind) {
  /** How features are compared. */
  public enum Kind {
    /** {@link org.mindeye.evaluation.TwoWayIdentification}; higher is better. */
    TWO_WAY,
    /** {@link org.mindeye.evaluation.CorrelationDistance}; lower is better. */
    CORRELATION_DISTANCE
  }

  /** Checks that both are there. */
  public FeatureScore {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
  }

  /**
   * The columns of the paper's table 1 that need a network.
   *
   * @return in the order of the table
   */
  public static List<FeatureScore> paper() {
    return List.of(
        new FeatureScore("AlexNet(2)", Kind.TWO_WAY),
        new FeatureScore("AlexNet(5)", Kind.TWO_WAY),
        new FeatureScore("Inception", Kind.TWO_WAY),
        new FeatureScore("CLIP", Kind.TWO_WAY),
        new FeatureScore("EffNet-B", Kind.CORRELATION_DISTANCE),
        new FeatureScore("SwAV", Kind.CORRELATION_DISTANCE));
  }
}
