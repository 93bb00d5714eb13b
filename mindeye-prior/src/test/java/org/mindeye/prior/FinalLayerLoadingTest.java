// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.testkit.FreshManager;

/** Loading priors of the final layer, and starting from the public one. */
class FinalLayerLoadingTest {
  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private Path file;

  @BeforeEach
  void open() {
    file = folder.resolve("last.safetensors");
  }

  private void write(Map<String, NDArray> tensors) throws IOException {
    WeightFiles.write(file, tensors, Map.of());
  }

  @Test
  void should_load_final_layer_models() throws IOException {
    TransformerConfig layers = new TransformerConfig(2, 3, 8, 2, true, 0, 0);
    FinalLayerPriorConfig config = new FinalLayerPriorConfig(12, 5, 30, layers);
    try (FinalLayerPriorNetwork network =
        PriorFixtures.initialized(new FinalLayerPriorNetwork(config))) {
      write(SavedPriors.model(manager, network, NoiseSchedule.of(BetaSchedule.COSINE, 30)));
      try (DiffusionPrior loaded = DiffusionPrior.load(file, Device.cpu())) {
        // Shapes do not tell dropout: the published recipe's, for fine-tuning.
        assertThat(((FinalLayerPriorNetwork) loaded.network()).config())
            .isEqualTo(config.withTransformer(layers.withDropout(0.05, 0.05)));
        BrainTokens brain = PriorFixtures.brain(manager, 1, 8, 1, 12);
        ClipTokens image = PriorFixtures.normal(manager, 2, 8, 1, 12);
        DiffusionDraw draw =
            DiffusionDraw.of(8, loaded.space(), loaded.config(), NoiseSource.seeded(1), manager);
        float eval = loaded.trainingLoss(brain, image, draw, Mode.eval()).loss().getFloat();
        Mode training = Mode.train(NoiseSource.seeded(2));
        assertThat(loaded.trainingLoss(brain, image, draw, training).loss().getFloat())
            .isNotEqualTo(eval);
        assertThat(loaded.config().timesteps()).isEqualTo(30);
        SavedPriors.assertSame(network, loaded.network());
      }
    }
  }

  @Test
  void should_start_from_the_public_checkpoint() throws IOException {
    FinalLayerPriorConfig config;
    try (FinalLayerPriorNetwork network = PriorFixtures.smallFinalLayer(5, 1)) {
      config = network.config();
      Map<String, NDArray> tensors =
          SavedPriors.model(manager, network, NoiseSchedule.of(BetaSchedule.COSINE, 50));
      for (String absent :
          new String[] {"null_text_encodings", "null_text_embeds", "null_image_embed"}) {
        tensors.remove("net." + absent);
      }
      tensors.put("clip.logit_scale", manager.ones(new Shape(1)));
      write(tensors);
      try (StateDict weights = WeightFiles.open(file);
          FinalLayerPriorNetwork started =
              FinalLayerPriorNetwork.startFrom(
                  weights, config, Device.cpu(), NoiseSource.seeded(3))) {
        String kept = "causal_transformer.project_out.weight";
        assertThat(started.arrays().get(kept).toFloatArray())
            .isEqualTo(network.arrays().get(kept).toFloatArray());
        assertThat(started.arrays().get("null_text_encodings").toFloatArray())
            .isNotEqualTo(network.arrays().get("null_text_encodings").toFloatArray())
            // The first draw: nothing is drawn for what the file holds.
            .isEqualTo(NoiseSource.seeded(3).normal(manager, new Shape(60)).toFloatArray());
      }
    }
    assertThatThrownBy(() -> DiffusionPrior.load(file, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("found none of [null_text_encodings, null_text_embeds")
        .hasMessageContaining("train from it with FinalLayerPriorNetwork.startFrom");
    try (StateDict weights = WeightFiles.open(file)) {
      FinalLayerPriorConfig deeper = config.withTransformer(config.transformer().withSize(2, 3, 8));
      assertThatThrownBy(
              () ->
                  FinalLayerPriorNetwork.startFrom(
                      weights, deeper, Device.cpu(), NoiseSource.seeded(3)))
          .isInstanceOf(WeightMismatchException.class)
          .hasMessageContaining("causal_transformer.layers.1.0.null_kv");
    }
  }

  @Test
  void should_refuse_other_frequencies_of_a_final_layer_prior() throws IOException {
    try (FinalLayerPriorNetwork network = PriorFixtures.smallFinalLayer(5, 1)) {
      FinalLayerPriorConfig config = network.config();
      Map<String, NDArray> tensors =
          SavedPriors.model(manager, network, NoiseSchedule.of(BetaSchedule.COSINE, 40));
      String freqs = "causal_transformer.layers.0.0.rotary_emb.freqs";
      tensors.put("net." + freqs, manager.ones(new Shape(4)));
      write(tensors);
      SavedPriors.assertRefused(file, freqs, "expected rotary frequencies");
      try (StateDict weights = WeightFiles.open(file)) {
        assertThatThrownBy(
                () ->
                    FinalLayerPriorNetwork.startFrom(
                        weights, config, Device.cpu(), NoiseSource.seeded(3)))
            .isInstanceOf(MalformedFileException.class)
            .hasMessageContaining(freqs);
      }
    }
  }

  @Test
  void should_say_that_nothing_was_drawn_where_nothing_was() throws Exception {
    try (FinalLayerPriorNetwork network = PriorFixtures.smallFinalLayer(5, 1)) {
      Map<String, NDArray> tensors =
          SavedPriors.model(manager, network, NoiseSchedule.of(BetaSchedule.COSINE, 40));
      write(tensors);
      assertThat(started(network.config())).isEmpty();
      tensors.remove("net.null_text_embeds");
      write(tensors);
      assertThat(started(network.config()))
          .contains(file + " has no [null_text_embeds]: drawn at random, train before use");
    }
  }

  @Test
  void should_refuse_a_process_that_is_longer_than_the_table_of_times() throws IOException {
    try (FinalLayerPriorNetwork network = PriorFixtures.smallFinalLayer(5, 1)) {
      Map<String, NDArray> tensors =
          SavedPriors.model(manager, network, NoiseSchedule.of(BetaSchedule.COSINE, 60));
      write(tensors);
      SavedPriors.assertRefused(
          file,
          "noise_scheduler.betas",
          "expected at most the 50 timesteps of to_time_embeds.0.weight but found 60");
      tensors.keySet().removeIf(name -> name.startsWith("noise_scheduler."));
      write(tensors);
      try (DiffusionPrior loaded = DiffusionPrior.load(file, Device.cpu())) {
        assertThat(loaded.config().timesteps()).isEqualTo(50);
      }
    }
  }

  private String started(FinalLayerPriorConfig config) throws Exception {
    return SavedPriors.logged(
        () -> {
          try (StateDict weights = WeightFiles.open(file)) {
            FinalLayerPriorNetwork.startFrom(weights, config, Device.cpu(), NoiseSource.seeded(3))
                .close();
          }
          return null;
        });
  }
}
