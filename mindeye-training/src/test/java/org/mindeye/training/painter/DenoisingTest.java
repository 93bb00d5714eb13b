// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.prior.diffusion.NoiseLevel;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.testkit.FreshManager;

/** Number by number, as the definitions have it. */
class DenoisingTest {
  private static final Shape SHAPE = new Shape(3, 2, 2, 1);
  private static final int[] TIMESTEPS = {0, 500, 999};

  /** Of those timesteps, from the reference tables of Stable Diffusion's schedule. */
  private static final double[] ALPHA_BAR = {0.99915, 0.2763326838, 0.0046600985};

  @FreshManager private NDManager manager;

  private NDArray normal(long seed) {
    return NoiseSource.seeded(seed).normal(manager, SHAPE);
  }

  @ParameterizedTest
  @EnumSource
  void should_mix_noise_in_and_ask_for_what_is_predicted(PredictionType prediction) {
    DenoisingConfig config =
        DenoisingConfig.stableDiffusion().withPrediction(prediction).withMinSnr(5);
    float[] clean = normal(1).toFloatArray();
    float[] noise = normal(2).toFloatArray();
    float[] answer = normal(3).toFloatArray();
    Denoising.Task task = new Denoising(config).task(normal(1), normal(2), TIMESTEPS);
    float[] noisy = task.noisy().toFloatArray();
    float[] target = task.target().toFloatArray();
    float[] errors = task.errors(normal(3)).toFloatArray();
    for (int sample = 0; sample < 3; sample++) {
      double alpha = Math.sqrt(ALPHA_BAR[sample]);
      double sigma = Math.sqrt(1 - ALPHA_BAR[sample]);
      double sum = 0;
      for (int i = 4 * sample; i < 4 * sample + 4; i++) {
        double wanted =
            switch (prediction) {
              case SAMPLE -> clean[i];
              case EPSILON -> noise[i];
              case V_PREDICTION -> alpha * noise[i] - sigma * clean[i];
            };
        assertThat((double) noisy[i]).isCloseTo(alpha * clean[i] + sigma * noise[i], within(1e-5));
        assertThat((double) target[i]).isCloseTo(wanted, within(1e-5));
        sum += (answer[i] - wanted) * (answer[i] - wanted) / 4;
      }
      double ratio = alpha * alpha / (sigma * sigma);
      double weight =
          Math.min(ratio, 5)
              / switch (prediction) {
                case SAMPLE -> 1;
                case EPSILON -> ratio;
                case V_PREDICTION -> ratio + 1;
              };
      assertThat((double) errors[sample]).isCloseTo(weight * sum, within(1e-4 * weight * sum));
    }
  }

  /** Where no ratio is above the largest, errors of clean latents weigh alike in all types. */
  @Test
  void should_weigh_predictions_as_the_clean_latents_that_follow_from_them() {
    NoiseLevel level = new NoiseLevel(0.8); // a ratio of 4
    double alpha = level.alpha();
    double sigma = level.sigma();
    DenoisingConfig five = DenoisingConfig.stableDiffusion().withMinSnr(5);
    // An error e of a prediction is one of clean latents of e sigma / alpha, or e sigma.
    assertThat(five.weight(level)).isCloseTo(4 * sigma * sigma / (alpha * alpha), within(1e-12));
    assertThat(five.withPrediction(PredictionType.V_PREDICTION).weight(level))
        .isCloseTo(4 * sigma * sigma, within(1e-12));
    assertThat(five.withPrediction(PredictionType.SAMPLE).weight(level))
        .isCloseTo(4, within(1e-12));
    for (PredictionType type : PredictionType.values()) {
      assertThat(DenoisingConfig.stableDiffusion().withPrediction(type).weight(level)).isEqualTo(1);
    }
  }

  @Test
  void should_check_its_settings() {
    DenoisingConfig config = DenoisingConfig.stableDiffusion();
    assertThatThrownBy(() -> config.withConditionDropout(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("conditionDropout: expected a probability in [0, 1) but was 1.0");
    assertThatThrownBy(() -> config.withMinSnr(-1))
        .hasMessage("minSnr: expected a finite number of 0 or more but was -1.0");
    PainterTrainingConfig recipe = PainterTrainingConfig.standard(2);
    assertThatThrownBy(() -> recipe.withBatchSize(0))
        .hasMessage("batchSize: expected at least 1 but was 0");
    assertThatThrownBy(() -> PainterTrainingConfig.standard(0))
        .hasMessage("epochs: expected at least 1 but was 0");
    assertThatThrownBy(() -> new PainterTrainingConfig.Gallery(-1, 1, 1))
        .hasMessage("pictures: expected at least 0 but was -1");
    assertThatThrownBy(() -> new PainterTrainingConfig.Gallery(1, 0, 1))
        .hasMessage("steps: expected at least 1 but was 0");
    assertThatThrownBy(() -> new PainterTrainingConfig.Gallery(1, 1, Double.NaN))
        .hasMessage("guidance: expected a finite number but was NaN");
  }
}
