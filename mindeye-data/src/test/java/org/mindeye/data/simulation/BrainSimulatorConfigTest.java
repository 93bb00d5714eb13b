// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BrainSimulatorConfigTest {
  private static void assertRefused(
      String message,
      int voxels,
      double share,
      double exponent,
      double snr,
      double spread,
      int repeats,
      int trials,
      double drift) {
    assertThatThrownBy(
            () ->
                new BrainSimulatorConfig(
                    voxels, share, exponent, snr, spread, repeats, trials, drift))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void should_name_the_number_that_is_wrong() {
    assertRefused("voxels: expected at least 2 but was 1", 1, 0.5, 0.5, 0.4, 0.5, 3, 750, 0.5);
    assertRefused(
        "semanticShare: expected a number from 0.0 to 1.0 but was 1.1",
        9,
        1.1,
        0.5,
        0.4,
        0.5,
        3,
        750,
        0.5);
    assertRefused(
        "semanticShare: expected a number from 0.0 to 1.0 but was NaN",
        9,
        Double.NaN,
        0.5,
        0.4,
        0.5,
        3,
        750,
        0.5);
    assertRefused(
        "exponent: expected a number from 0.01 to 1.0 but was 0.0",
        9,
        0.5,
        0,
        0.4,
        0.5,
        3,
        750,
        0.5);
    assertRefused(
        "medianSnr: expected a number from 1.0E-6 to 1000000.0 but was 0.0",
        9,
        0.5,
        0.5,
        0,
        0.5,
        3,
        750,
        0.5);
    assertRefused(
        "snrSpread: expected a number from 0.0 to 10.0 but was -1.0",
        9,
        0.5,
        0.5,
        0.4,
        -1,
        3,
        750,
        0.5);
    assertRefused("repeats: expected at least 1 but was 0", 9, 0.5, 0.5, 0.4, 0.5, 0, 750, 0.5);
    assertRefused(
        "trialsPerSession: expected at least 2 but was 1", 9, 0.5, 0.5, 0.4, 0.5, 3, 1, 0.5);
    assertRefused(
        "drift: expected a number from 0.0 to 100.0 but was Infinity",
        9,
        0.5,
        0.5,
        0.4,
        0.5,
        3,
        750,
        Double.POSITIVE_INFINITY);
  }

  @Test
  void should_describe_the_standard_subject() {
    BrainSimulatorConfig config = BrainSimulatorConfig.standard(1501);

    assertThat(config).isEqualTo(new BrainSimulatorConfig(1501, 0.5, 0.5, 0.43, 0.5, 3, 750, 0.5));
    assertThat(config.semanticVoxels()).isEqualTo(751);
  }

  /** The percentages that the documentation derives from the assumptions. */
  @Test
  void should_have_the_noise_ceiling_it_says() {
    BrainSimulatorConfig config = BrainSimulatorConfig.standard(10);
    double quartile = 0.6745;

    assertThat(ceiling(config, 0)).isBetween(35.0, 37.0);
    assertThat(ceiling(config, -quartile)).isBetween(19.0, 23.0);
    assertThat(ceiling(config, quartile)).isBetween(50.0, 54.0);
  }

  private static double ceiling(BrainSimulatorConfig config, double deviations) {
    double ratio = config.medianSnr() * Math.exp(deviations * config.snrSpread());
    return 100 * ratio * ratio / (ratio * ratio + 1.0 / 3);
  }
}
