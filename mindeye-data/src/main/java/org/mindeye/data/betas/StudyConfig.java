// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.util.Objects;

/**
 * How a study becomes samples.
 *
 * @param normalization how sessions are made comparable
 * @param grouping what a sample is
 * @param repeats responses of every sample; where a picture was shown less often, its responses
 *     come again in turns
 */
public record StudyConfig(BetaNormalization normalization, TrialGrouping grouping, int repeats) {
  /** Checks that there are repeats. */
  public StudyConfig {
    Objects.requireNonNull(normalization, "normalization");
    Objects.requireNonNull(grouping, "grouping");
    if (repeats < 1) {
      throw new IllegalArgumentException("repeats must be 1 or more but was " + repeats);
    }
  }

  /**
   * Pictures with all their responses.
   *
   * @param normalization how sessions are made comparable
   * @param repeats responses of every sample
   * @return the settings
   */
  public static StudyConfig pictures(BetaNormalization normalization, int repeats) {
    return new StudyConfig(normalization, TrialGrouping.PICTURES, repeats);
  }
}
