// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.PublishedWeights;
import org.mindeye.testkit.PublishedWeights.Form;

/** A folder with an autoencoder as diffusers saves it. */
class PublishedAutoencoderFileTest {
  /** As published in 2022, when the scale was not yet stated; smaller. */
  private static final String JSON =
      """
      {"_class_name": "AutoencoderKL", "_diffusers_version": "0.8.0.dev0", "act_fn": "silu",
       "block_out_channels": [8, 16], "down_block_types": ["DownEncoderBlock2D",
       "DownEncoderBlock2D"], "in_channels": 3, "latent_channels": 4, "layers_per_block": 1,
       "norm_num_groups": 4, "out_channels": 3, "sample_size": 256,
       "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"]}""";

  private static final AutoencoderConfig SMALL =
      new AutoencoderConfig(new ConvolutionStages(List.of(8, 16), 1, 4), 4, 0.18215);

  @TempDir private Path folder;
  private Path config;

  @BeforeEach
  void describe() throws IOException {
    config = Files.writeString(folder.resolve("config.json"), JSON);
  }

  private PublishedWeights weights(AutoencoderConfig shape, Form form) throws IOException {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    try (AutoencoderKl declared = new AutoencoderKl(shape)) {
      declared.getParameters().forEach(p -> shapes.put(p.getKey(), p.getValue().getShape()));
    }
    PublishedWeights weights = PublishedWeights.of(shapes);
    weights.write(folder, "diffusion_pytorch_model", form);
    return weights;
  }

  private void change(String from, String to) throws IOException {
    assertThat(JSON).contains(from);
    Files.writeString(config, JSON.replace(from, to));
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void should_load_the_same_network_from_every_form(Form form) throws IOException {
    PublishedWeights weights = weights(SMALL, form);
    try (AutoencoderKl network = AutoencoderKl.load(folder, Device.cpu())) {
      assertThat(network.config()).isEqualTo(SMALL);
      for (Map.Entry<String, NDArray> each : network.arrays().entrySet()) {
        assertThat(each.getValue().toFloatArray()).isEqualTo(weights.values(each.getKey()));
      }
    }
  }

  @Test
  void should_read_the_scale_where_it_is_stated() throws IOException {
    change("\"act_fn\"", "\"scaling_factor\": 0.13025, \"force_upcast\": true, \"act_fn\"");
    assertThat(AutoencoderConfig.read(config)).isEqualTo(SMALL.withScale(0.13025));
  }

  @Test
  void should_read_its_own_document_too() throws IOException {
    Files.writeString(config, SMALL.withScale(2).metadata().get(AutoencoderConfig.METADATA));
    assertThat(AutoencoderConfig.read(config)).isEqualTo(SMALL.withScale(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "silu | relu | act_fn silu, the only one that is supported, but found \"relu\"",
        "'in_channels\": 3' | 'in_channels\": 4' | in_channels 3, the only one",
        "'sample_size' | 'shift_factor' | fields that this library knows but found 'shift_factor'",
        "AutoencoderKL | VQModel | of an AutoencoderKL but found that of another class, VQModel",
        "'[\"UpDecoderBlock2D\", ' | '[\"AttnUpDecoderBlock2D\", ' | up_block_types of 2 times",
        "'[8, 16]' | '[8]' | down_block_types of 1 times DownEncoderBlock2D but found [Down",
        "'[8, 16]' | '[8, 18]' | the shape of an autoencoder but found channels: expected multiples",
      })
  void should_name_what_it_does_not_compute(String from, String to, String message)
      throws IOException {
    change(from, to);
    assertThatThrownBy(() -> AutoencoderConfig.read(config))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(config + ": expected ")
        .hasMessageContaining(message);
  }

  @Test
  void should_refuse_weights_of_another_shape_in_one_line() throws IOException {
    weights(SMALL, Form.SAFETENSORS);
    change("[8, 16]", "[8, 24]");
    assertThatThrownBy(() -> AutoencoderKl.load(folder, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("channels=[8, 24]")
        .hasMessageContaining("as the configuration says,")
        .hasMessageContaining("channels=[8, 16]");
  }

  @Test
  void should_refuse_weights_that_note_another_scale() throws IOException {
    try (AutoencoderKl network = new AutoencoderKl(SMALL)) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      Map<String, String> noted = SMALL.withScale(2).metadata();
      WeightFiles.write(folder.resolve("model.safetensors"), network, noted);
    }
    assertThatThrownBy(() -> AutoencoderKl.load(folder, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("as the configuration says")
        .hasMessageContaining("scale=2.0");
  }
}
