// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.tensor.MalformedFileException;

class AutoencoderMetadataTest {
  private static final AutoencoderConfig SMALL =
      new AutoencoderConfig(new ConvolutionStages(List.of(8, 16), 1, 4), 3, 0.75);

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void setUp() {
    file = folder.resolve("autoencoder.safetensors");
  }

  private static void write(Path file, AutoencoderConfig shape, Map<String, String> metadata)
      throws IOException {
    try (AutoencoderKl network = new AutoencoderKl(shape)) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      WeightFiles.write(file, network, metadata);
    }
  }

  private AutoencoderConfig read() throws IOException {
    try (StateDict weights = WeightFiles.open(file)) {
      return AutoencoderConfig.of(weights);
    }
  }

  @Test
  void should_read_what_a_file_notes() throws IOException {
    write(file, SMALL, SMALL.metadata());
    assertThat(read()).isEqualTo(SMALL);
    try (AutoencoderKl network = AutoencoderKl.load(file, Device.cpu())) {
      assertThat(network.config()).isEqualTo(SMALL);
    }
  }

  /** A document of schema 1, word for word, as later versions have to read it too. */
  @Test
  void should_read_schema_1() throws IOException {
    String json =
        "{\"schema\":1,\"stages\":{\"channels\":[8,16],\"blocks\":1,\"groups\":4},"
            + "\"latentChannels\":3,\"scale\":0.75}";
    write(file, SMALL, Map.of("mindeye.autoencoder", json));
    assertThat(read()).isEqualTo(SMALL);
  }

  @Test
  void should_take_published_numbers_for_granted_where_nothing_is_noted() throws IOException {
    ConvolutionStages stages = new ConvolutionStages(List.of(32, 64), 1, 32);
    write(file, new AutoencoderConfig(stages, 3, 0.75), Map.of());
    assertThat(read()).isEqualTo(new AutoencoderConfig(stages, 3, 0.18215));
  }

  @Test
  void should_refuse_channels_that_cannot_have_the_published_groups() throws IOException {
    write(file, SMALL, Map.of());
    assertThatThrownBy(this::read)
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            file
                + ": expected channels that are multiples of the published 32 groups, or metadata"
                + " mindeye.autoencoder that note others (give the configuration instead) but"
                + " found channels [8, 16] without metadata");
    try (StateDict weights = WeightFiles.open(file);
        AutoencoderKl network = AutoencoderKl.load(weights, SMALL, Device.cpu())) {
      assertThat(network.config()).isEqualTo(SMALL);
    }
  }

  @Test
  void should_refuse_metadata_that_the_tensors_contradict() throws IOException {
    for (AutoencoderConfig noted :
        List.of(
            new AutoencoderConfig(new ConvolutionStages(List.of(8, 16), 2, 4), 3, 0.75),
            new AutoencoderConfig(new ConvolutionStages(List.of(8, 32), 1, 4), 3, 0.75),
            new AutoencoderConfig(new ConvolutionStages(List.of(8, 16), 1, 4), 4, 0.75),
            new AutoencoderConfig(new ConvolutionStages(List.of(9, 18), 1, 9), 3, 0.75))) {
      write(file, SMALL, noted.metadata());
      assertThatThrownBy(this::read)
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("expected tensors of " + noted + ", as its metadata says,");
    }
  }

  @Test
  void should_refuse_notes_that_are_incomplete_or_unknown() throws IOException {
    write(file, SMALL, Map.of("mindeye.autoencoder", "{\"latentChannels\":3,\"scale\":0.75}"));
    assertThatThrownBy(this::read)
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("metadata mindeye.autoencoder")
        .hasMessageContaining("stages");
    write(
        file,
        SMALL,
        Map.of("mindeye.autoencoder", SMALL.metadata().get("mindeye.autoencoder") + "{"));
    assertThatThrownBy(this::read).isInstanceOf(MalformedFileException.class);
    String unknown =
        SMALL.metadata().get("mindeye.autoencoder").replace("\"scale\"", "\"scale\":1,\"shift\"");
    write(file, SMALL, Map.of("mindeye.autoencoder", unknown));
    assertThatThrownBy(this::read)
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("shift");
  }
}
