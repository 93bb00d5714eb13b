// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Precision;
import org.mindeye.testkit.FormatError;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;

/** Against diffusers' UNet, on generated weights. */
class GoldenUnetTest {
  private static final double TOLERANCE = 1e-4;

  private final Golden golden = Golden.open("/golden/generation.safetensors");
  private final ConditionalUnetConfig mini = MiniUnet.golden(golden);
  @FreshManager private NDManager manager;

  private NDArray input(long seed, long... shape) {
    return ParityGenerator.input(manager, seed, new Shape(shape));
  }

  private NDArray latents(int batch, int stream) {
    return input(golden.seedBase() + stream, batch, 4, 16, 16);
  }

  private NDArray condition(int batch, int tokens, int stream) {
    return input(golden.seedBase() + stream, batch, tokens, mini.condition().width());
  }

  @Test
  void should_find_the_noise_that_the_original_finds() {
    try (ConditionalUnet network = MiniUnet.generated(mini);
        GradMode off = GradMode.off()) {
      assertThat(network.getParameters()).hasSize(686);
      assertThat(network.parameterCount()).isEqualTo(5_439_396);
      TensorAssert.assertThat(network.forward(latents(2, 200), condition(2, 17, 201), 850, 850))
          .matches(golden, "unet.t850", TOLERANCE);
      TensorAssert.assertThat(network.forward(latents(1, 202), condition(1, 5, 203), 1))
          .matches(golden, "unet.t1", TOLERANCE);
    }
  }

  @Test
  void should_find_it_for_a_prepared_condition_too() {
    try (ConditionalUnet network = MiniUnet.generated(mini)) {
      PreparedCondition two = network.prepare(condition(2, 17, 201), manager);
      PreparedCondition one = network.prepare(condition(1, 5, 203), manager);
      TensorAssert.assertThat(network.predict(latents(2, 200), 850, two, manager))
          .matches(golden, "unet.t850", TOLERANCE);
      TensorAssert.assertThat(network.predict(latents(1, 202), 1, one, manager))
          .matches(golden, "unet.t1", TOLERANCE);
    }
  }

  @Test
  void should_find_nearly_the_same_in_bfloat16() {
    try (ConditionalUnet network = MiniUnet.generated(mini, Precision.BFLOAT16);
        GradMode off = GradMode.off()) {
      NDArray noise = network.forward(latents(2, 200), condition(2, 17, 201), 850, 850);
      assertThat(noise.getDataType()).isEqualTo(DataType.FLOAT32);
      matchesInHalf(noise, "unet.t850");
      matchesInHalf(network.forward(latents(1, 202), condition(1, 5, 203), 1), "unet.t1");
      PreparedCondition two = network.prepare(condition(2, 17, 201), manager);
      matchesInHalf(network.predict(latents(2, 200), 850, two, manager), "unet.t850");
    }
  }

  private void matchesInHalf(NDArray noise, String entry) {
    TensorAssert.assertThat(noise)
        .matches(golden, entry, FormatError.UNET, Precision.BFLOAT16, TOLERANCE);
  }

  /** Length and beginning of what diffusers' UNet finds. */
  @Test
  void should_find_it_with_all_tokens_of_an_image() {
    try (ConditionalUnet network = MiniUnet.generated(mini);
        GradMode off = GradMode.off()) {
      NDArray result =
          network.forward(input(3000, 2, 4, 16, 16), input(3001, 2, 257, 24), 850, 850);
      FirstLayersTest.requireStarts(
          result, 28.8031453, 0.15986842, -0.46094036, -0.12051465, -0.44437069);
    }
  }
}
