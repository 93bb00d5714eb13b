// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.mindeye.data.simulation.BrainSimulatorConfig.Sessions;
import org.mindeye.data.simulation.BrainSimulatorConfig.SignalToNoise;

class BrainSimulatorConfigTest {
  private static void assertRefused(String message, ThrowingCallable making) {
    assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void should_name_the_number_that_is_wrong() {
    SignalToNoise ratio = new SignalToNoise(0.4, 0.5);
    Sessions sessions = new Sessions(3, 750, 0.5);
    assertRefused(
        "voxels: expected at least 2 but was 1",
        () -> new BrainSimulatorConfig(1, 0.5, 0.5, ratio, sessions));
    assertRefused(
        "semanticShare: expected a number from 0.0 to 1.0 but was 1.1",
        () -> new BrainSimulatorConfig(9, 1.1, 0.5, ratio, sessions));
    assertRefused(
        "semanticShare: expected a number from 0.0 to 1.0 but was NaN",
        () -> new BrainSimulatorConfig(9, Double.NaN, 0.5, ratio, sessions));
    assertRefused(
        "exponent: expected a number from 0.01 to 1.0 but was 0.0",
        () -> new BrainSimulatorConfig(9, 0.5, 0, ratio, sessions));
    assertRefused(
        "signalToNoise.median: expected a number from 1.0E-6 to 1000000.0 but was 0.0",
        () -> new SignalToNoise(0, 0.5));
    assertRefused(
        "signalToNoise.spread: expected a number from 0.0 to 10.0 but was -1.0",
        () -> new SignalToNoise(0.4, -1));
    assertRefused(
        "sessions.repeats: expected at least 1 but was 0", () -> new Sessions(0, 750, 0.5));
    assertRefused("sessions.trials: expected at least 2 but was 1", () -> new Sessions(3, 1, 0.5));
    assertRefused(
        "sessions.drift: expected a number from 0.0 to 100.0 but was Infinity",
        () -> new Sessions(3, 750, Double.POSITIVE_INFINITY));
  }

  @Test
  void should_describe_the_standard_subject() {
    BrainSimulatorConfig config = BrainSimulatorConfig.standard(1501);

    assertThat(config)
        .isEqualTo(
            new BrainSimulatorConfig(
                1501, 0.5, 0.5, new SignalToNoise(0.43, 0.5), new Sessions(3, 750, 0.5)));
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
    double ratio =
        config.signalToNoise().median() * Math.exp(deviations * config.signalToNoise().spread());
    return 100 * ratio * ratio / (ratio * ratio + 1.0 / 3);
  }
}
