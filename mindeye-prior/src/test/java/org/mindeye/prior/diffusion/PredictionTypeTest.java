// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.mindeye.prior.diffusion.PredictionType.EPSILON;
import static org.mindeye.prior.diffusion.PredictionType.SAMPLE;
import static org.mindeye.prior.diffusion.PredictionType.V_PREDICTION;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionTypeTest {
  private static final double CLEAN = 0.7;
  private static final double NOISE = -1.3;

  /** The definitions themselves. */
  private static double value(PredictionType type, NoiseLevel level) {
    return switch (type) {
      case SAMPLE -> CLEAN;
      case EPSILON -> NOISE;
      case V_PREDICTION -> level.alpha() * NOISE - level.sigma() * CLEAN;
    };
  }

  private static double converted(PredictionType from, PredictionType to, NoiseLevel level) {
    double x = level.noised(CLEAN, NOISE);
    return HostSampling.converted(from.to(to, level), x, value(from, level));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 0.0047, 0.3, 0.5, 0.9, 0.99915})
  void should_convert_each_into_each(double alphaBar) {
    NoiseLevel level = new NoiseLevel(alphaBar);
    for (PredictionType from : PredictionType.values()) {
      for (PredictionType to : PredictionType.values()) {
        assertThat(converted(from, to, level))
            .as("%s to %s", from, to)
            .isCloseTo(value(to, level), within(1e-9));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-6, 0.3, 0.99915, 1})
  void should_be_learned_from_the_clean_sample_and_the_noise(double alphaBar) {
    NoiseLevel level = new NoiseLevel(alphaBar);
    for (PredictionType type : PredictionType.values()) {
      PredictionType.Target target = type.target(level);
      assertThat(target.clean() * CLEAN + target.noise() * NOISE)
          .as(type.name())
          .isCloseTo(value(type, level), within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.0047, 0.3, 0.9})
  void should_come_back(double alphaBar) {
    NoiseLevel level = new NoiseLevel(alphaBar);
    for (PredictionType from : PredictionType.values()) {
      for (PredictionType to : PredictionType.values()) {
        double there = HostSampling.converted(from.to(to, level), 2, 5);
        assertThat(HostSampling.converted(to.to(from, level), 2, there))
            .as("%s to %s and back", from, to)
            .isCloseTo(5, within(1e-9));
      }
    }
  }

  @Test
  void should_convert_at_both_ends_what_can_be_converted() {
    NoiseLevel pureNoise = new NoiseLevel(0);
    assertThat(converted(SAMPLE, EPSILON, pureNoise)).isEqualTo(NOISE);
    assertThat(converted(SAMPLE, V_PREDICTION, pureNoise)).isEqualTo(-CLEAN);
    assertThat(converted(V_PREDICTION, SAMPLE, pureNoise)).isEqualTo(CLEAN);
    assertThat(converted(V_PREDICTION, EPSILON, pureNoise)).isEqualTo(NOISE);
    assertThat(converted(EPSILON, SAMPLE, NoiseLevel.CLEAN)).isEqualTo(CLEAN);
    assertThat(converted(EPSILON, V_PREDICTION, NoiseLevel.CLEAN)).isEqualTo(NOISE);
    assertThat(converted(V_PREDICTION, SAMPLE, NoiseLevel.CLEAN)).isEqualTo(CLEAN);
    assertThat(converted(V_PREDICTION, EPSILON, NoiseLevel.CLEAN)).isEqualTo(NOISE);
  }

  @Test
  void should_refuse_what_a_sample_says_nothing_about() {
    assertThatThrownBy(() -> EPSILON.to(SAMPLE, new NoiseLevel(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "prediction: EPSILON cannot be turned into SAMPLE at alphaBar 0.0, where the noisy"
                + " sample is nothing but noise");
    assertThatThrownBy(() -> SAMPLE.to(V_PREDICTION, NoiseLevel.CLEAN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "prediction: SAMPLE cannot be turned into V_PREDICTION at alphaBar 1.0, where the"
                + " noisy sample is the clean one");
    assertThat(EPSILON.to(EPSILON, new NoiseLevel(0)))
        .isEqualTo(PredictionType.Conversion.IDENTITY);
  }
}
