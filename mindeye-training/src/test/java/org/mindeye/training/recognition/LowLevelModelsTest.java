// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.recognition;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextConfig;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.lowlevel.LatentUpsampling;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelConfig.Latents;
import org.mindeye.lowlevel.LowLevelConfig.Mlp;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.UnetStages;
import org.mindeye.testkit.NumberedCheckpoint;
import org.mindeye.training.recognition.KnownModel.Kind;

class LowLevelModelsTest {
  private static final AutoencoderConfig PUBLISHED =
      new AutoencoderConfig(new ConvolutionStages(List.of(32, 64), 1, 32), 4, 0.18215);

  @TempDir private Path folder;

  private KnownModel only(Network network, Map<String, String> metadata) throws IOException {
    return only(network, metadata, name -> name);
  }

  private KnownModel only(
      Network network, Map<String, String> metadata, UnaryOperator<String> renaming)
      throws IOException {
    Path file = folder.resolve("network.safetensors");
    try (network) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      network.arrays().forEach((name, array) -> tensors.put(renaming.apply(name), array));
      WeightFiles.write(file, tensors, metadata);
    }
    try (StateDict weights = WeightFiles.open(file)) {
      List<KnownModel> found = KnownModels.in(weights);
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  private static LowLevelConfig lowLevel(LatentUpsampling mode, Mlp mlp, boolean projector) {
    return new LowLevelConfig(5, mlp, mode, new Latents(4, 2 * mode.factor()), projector);
  }

  @ParameterizedTest
  @CsvSource({"X4, 4x, 8x8", "X8, 8x, 16x16", "X16, 16x, 32x32"})
  void should_know_each_mode_of_the_low_level_network(
      LatentUpsampling mode, String factor, String side) throws IOException {
    LowLevelConfig config = lowLevel(mode, new Mlp(6, 1, 0.5, 0.25), mode == LatentUpsampling.X4);
    KnownModel found = only(new LowLevelNetwork(config), Map.of());
    assertThat(found.kind()).isEqualTo(Kind.LOW_LEVEL);
    assertThat(found.config()).isEqualTo(config);
    assertThat(found.description())
        .startsWith(
            "MindEye low-level network "
                + factor
                + ": 5 voxels, hidden 6, 1 block, latents 4x"
                + side
                + (config.mapsProjector() ? ", maps projector, " : ", no maps projector, "))
        .endsWith(String.format("%,d parameters", new LowLevelNetwork(config).parameterCount()));
  }

  /** What shapes do not tell is in the metadata; a wrapper's prefix changes nothing. */
  @Test
  void should_read_what_a_file_notes_and_look_behind_wrappers() throws IOException {
    LowLevelConfig config = lowLevel(LatentUpsampling.X4, new Mlp(6, 0, 0.1, 0), false);
    Map<String, String> noted = Map.of(LowLevelConfig.METADATA, DocumentWriter.line(config));
    assertThat(only(new LowLevelNetwork(config), noted).config()).isEqualTo(config);
    LowLevelConfig assumed = lowLevel(LatentUpsampling.X4, new Mlp(6, 0, 0.5, 0.25), false);
    assertThat(only(new LowLevelNetwork(config), Map.of(), name -> "module." + name).config())
        .isEqualTo(assumed);
    KnownModel behind = only(new LowLevelNetwork(config), Map.of(), name -> "net.low." + name);
    assertThat(behind.kind()).isEqualTo(Kind.NOTE);
    assertThat(behind.description()).startsWith("a known model behind a prefix");
  }

  /** What the original's training saves. */
  @Test
  void should_look_into_a_checkpoint_of_torch() throws IOException {
    LowLevelConfig config = lowLevel(LatentUpsampling.X4, new Mlp(6, 1, 0.5, 0.25), true);
    Map<String, Object> shapes = new LinkedHashMap<>();
    try (LowLevelNetwork declared = new LowLevelNetwork(config)) {
      declared.getParameters().forEach(p -> shapes.put(p.getKey(), p.getValue().getShape()));
    }
    Path file = folder.resolve("epoch120.pth");
    NumberedCheckpoint.write(file, Map.of("epoch", 119, "model_state_dict", shapes));
    try (StateDict weights = WeightFiles.open(file)) {
      assertThat(KnownModels.in(weights))
          .singleElement()
          .extracting(KnownModel::kind, KnownModel::config)
          .containsExactly(Kind.LOW_LEVEL, config);
    }
  }

  @Test
  void should_know_autoencoders() throws IOException {
    KnownModel found = only(new AutoencoderKl(PUBLISHED), Map.of());
    assertThat(found.kind()).isEqualTo(Kind.AUTOENCODER);
    assertThat(found.config()).isEqualTo(PUBLISHED);
    assertThat(found.description())
        .startsWith(
            "autoencoder 2x: channels 32 64, 1 block, latents of 4 channels, norms of 32 groups"
                + " and scale 0.18215 (assumed, as published), ");
    AutoencoderConfig other =
        new AutoencoderConfig(new ConvolutionStages(List.of(4), 1, 2), 1, 0.5);
    found = only(new AutoencoderKl(other), other.metadata());
    assertThat(found.config()).isEqualTo(other);
    assertThat(found.description())
        .startsWith(
            "autoencoder 1x: channels 4, 1 block, latents of 1 channel, norms of 2 groups and"
                + " scale 0.5, ");
    found = only(new AutoencoderKl(other), Map.of());
    assertThat(found.kind()).isEqualTo(Kind.NOTE);
    assertThat(found.description())
        .startsWith("names of a known model, but ")
        .contains("multiples of the published 32 groups");
  }

  @Test
  void should_know_unets() throws IOException {
    UnetStages stages = new UnetStages(List.of(32, 64), List.of(true, false), 1, 32);
    ConditionalUnetConfig published =
        new ConditionalUnetConfig(stages, 8, new ClipSpace(257, 6), 4, 64);
    KnownModel found = only(new ConditionalUnet(published), Map.of());
    assertThat(found.kind()).isEqualTo(Kind.UNET);
    assertThat(found.config()).isEqualTo(published);
    assertThat(found.description())
        .startsWith(
            "conditional UNet: channels 32 64, 1 block, latents of 4 channels, tokens of width 6, 8"
                + " heads and norms of 32 groups (assumed, as published), ");
    ConditionalUnetConfig other = published.withHeads(1);
    found = only(new ConditionalUnet(other), other.metadata());
    assertThat(found.config()).isEqualTo(other);
    assertThat(found.description()).contains("1 head and norms of 32 groups, ");
    String dual = "attentions.0.transformers.0.";
    found =
        only(new ConditionalUnet(published), Map.of(), name -> name.replace("attentions.0.", dual));
    assertThat(found.config()).isEqualTo(published);
  }

  @Test
  void should_know_teachers_with_and_without_projector() throws IOException {
    ConvNextConfig config = new ConvNextConfig(List.of(1, 2), List.of(8, 6), 4);
    KnownModel found = only(new ConvNextTeacher(config), Map.of());
    assertThat(found.kind()).isEqualTo(Kind.TEACHER);
    assertThat(found.config()).isEqualTo(config);
    assertThat(found.description())
        .startsWith("VICRegL ConvNeXt: depths 1 2, widths 8 6, projector 4, ");
    found = only(new ConvNextTeacher(config.withoutProjector()), Map.of());
    assertThat(found.config()).isEqualTo(config.withoutProjector());
    assertThat(found.description()).contains(", no projector, ");
  }
}
