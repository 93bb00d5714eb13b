// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.mindeye.core.document.Document;
import org.mindeye.data.Split;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.training.lowlevel.LatentScale;

/**
 * The networks that this command comes with, and what is recorded of their training. The file of
 * the autoencoder is what the command of the record wrote.
 */
class SmallWorldTest {
  private static Document document(String name) throws IOException {
    try (InputStream file = SmallWorld.class.getResourceAsStream(name)) {
      return Document.parse(name, new String(file.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static AutoencoderRecipe.Scores scores() throws IOException {
    return document("autoencoder-scores.json").as(AutoencoderRecipe.Scores.class);
  }

  @Test
  void should_bring_test_scenes_back_with_at_least_29_decibels() throws IOException {
    try (AutoencoderKl network = SmallWorld.autoencoder(Device.cpu())) {
      int all = scores().testScenes(); // single scenes differ by several decibels
      double mean = SmallWorld.psnr(network, WorldScenes.of(Split.TEST, all).images()).mean();
      assertThat(mean).isGreaterThan(29).isCloseTo(scores().psnr(), within(0.01));
    }
    assertThat(scores().testScenes()).isEqualTo(512);
    assertThat(scores().psnr() - scores().halfWidth()).isGreaterThan(29);
  }

  @Test
  void should_give_latents_of_deviation_1() throws IOException {
    try (AutoencoderKl network = SmallWorld.autoencoder(Device.cpu())) {
      assertThat(network.config().scale()).isEqualTo(scores().scale());
      double few = LatentScale.measure(network, WorldScenes.of(Split.TRAIN, 64));
      assertThat(few / network.config().scale()).isCloseTo(1, within(0.05));
    }
  }

  @Test
  void should_know_how_it_was_trained() throws IOException {
    WorldAutoencoder run = document("autoencoder-run.json").part("run").as(WorldAutoencoder.class);
    AutoencoderConfig trained = run.model();
    try (AutoencoderKl network = SmallWorld.autoencoder(Device.cpu())) {
      assertThat(network.config()).isEqualTo(trained.withScale(scores().scale()));
      assertThat(network.parameterCount()).isEqualTo(428_871);
    }
    assertThat(run)
        .isEqualTo(
            WorldAutoencoder.standard(
                WorldAutoencoder.EPOCHS, WorldAutoencoder.SEED, "cpu", run.checkpoints()));
  }
}
