// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.lowlevel.LowLevelConfig.Latents;
import org.mindeye.lowlevel.LowLevelConfig.Mlp;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

/** Weights on the disk, and what is refused. */
class LowLevelLoadingTest {
  private static final LowLevelConfig SMALL =
      new LowLevelConfig(5, new Mlp(6, 1, 0.5, 0.25), LatentUpsampling.X4, new Latents(4, 8), true);
  private static final AutoencoderConfig TINY =
      new AutoencoderConfig(
          new ConvolutionStages(List.of(32, 64), 1, 32),
          4,
          AutoencoderConfig.STABLE_DIFFUSION_SCALE);

  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private Path file;

  @BeforeEach
  void choose() {
    file = folder.resolve("weights.safetensors");
  }

  private static <N extends Network> N drawn(N network) {
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    return network;
  }

  private void write(Network network, UnaryOperator<String> names) throws IOException {
    Map<String, NDArray> tensors = new TreeMap<>();
    network.arrays().forEach((name, array) -> tensors.put(names.apply(name), array));
    WeightFiles.write(file, tensors, Map.of());
  }

  private VoxelBatch voxels() {
    return VoxelBatch.of(NoiseSource.seeded(2).normal(manager, new Shape(2, 5)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "module."})
  void should_serve_published_weights_without_the_training_head(String prefix) throws IOException {
    float[] expected;
    try (LowLevelNetwork network = drawn(new LowLevelNetwork(SMALL))) {
      write(network, name -> prefix + name);
      expected = VaeLatentBranch.of(network).predict(voxels(), manager).array().toFloatArray();
      try (StateDict weights = WeightFiles.open(file);
          LowLevelNetwork again = LowLevelNetwork.load(weights, Device.cpu())) {
        Mlp read = again.config().mlp();
        assertThat(again.config()).isEqualTo(SMALL);
        assertThat(read.inputDropout()).isEqualTo(0.5);
      }
    }
    try (VaeLatentBranch branch = VaeLatentBranch.load(file, Device.cpu())) {
      VaeLatents latents = branch.predict(voxels(), manager);
      assertThat(latents.array().getShape()).isEqualTo(new Shape(2, 4, 8, 8));
      assertThat(latents.array().toFloatArray()).containsExactly(expected);
      assertThat(branch.voxels()).isEqualTo(5);
      VoxelBatch same = voxels();
      LeakCheck.assertNoLeak(() -> branch.predict(same, manager).array().close());
    }
  }

  @Test
  void should_honor_what_weights_note_about_their_network() throws IOException {
    LowLevelConfig noted =
        new LowLevelConfig(
            5, new Mlp(6, 1, 0.1, 0.2), LatentUpsampling.X4, new Latents(4, 8), true);
    try (LowLevelNetwork network = drawn(new LowLevelNetwork(noted))) {
      WeightFiles.write(file, network, Map.of(LowLevelConfig.METADATA, DocumentWriter.line(noted)));
      try (StateDict weights = WeightFiles.open(file);
          LowLevelNetwork again = LowLevelNetwork.load(weights, Device.cpu());
          LowLevelNetwork served = LowLevelNetwork.loadForInference(weights, Device.cpu())) {
        assertThat(again.config()).isEqualTo(noted);
        assertThat(served.config()).isEqualTo(noted.withoutMapsProjector());
      }
      LowLevelConfig other =
          new LowLevelConfig(7, noted.mlp(), LatentUpsampling.X4, new Latents(4, 8), true);
      WeightFiles.write(file, network, Map.of(LowLevelConfig.METADATA, DocumentWriter.line(other)));
    }
    assertThatThrownBy(() -> VaeLatentBranch.load(file, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected tensors of LowLevelConfig[voxels=7")
        .hasMessageContaining("tensors of LowLevelConfig[voxels=5")
        .hasMessageContaining("write the file again with the metadata of its network");
  }

  @ParameterizedTest
  @EnumSource(LatentUpsampling.class)
  void should_tell_the_upsampling_by_the_widths(LatentUpsampling upsampling) throws IOException {
    LowLevelConfig config =
        new LowLevelConfig(5, new Mlp(6, 1, 0.5, 0.25), upsampling, new Latents(4, 16), false);
    try (LowLevelNetwork network = drawn(new LowLevelNetwork(config))) {
      write(network, name -> name);
    }
    try (StateDict weights = WeightFiles.open(file);
        LowLevelNetwork again = LowLevelNetwork.load(weights, Device.cpu())) {
      assertThat(again.config()).isEqualTo(config);
    }
  }

  @Test
  void should_accept_surplus_of_the_training_head_only() throws IOException {
    try (LowLevelNetwork network = drawn(new LowLevelNetwork(SMALL))) {
      write(network, name -> name.replace("norm.bias", "norms.bias"));
    }
    assertThatThrownBy(() -> VaeLatentBranch.load(file, Device.cpu()))
        .isInstanceOf(WeightMismatchException.class)
        .hasMessageContaining("norms.bias")
        .hasMessageContaining("norm.bias");
  }

  /** The names of the attention in files of today and of the latent diffusion papers. */
  private static final Map<String, List<String>> OTHER_NAMES =
      Map.of(
          "query", List.of("to_q", "q"),
          "key", List.of("to_k", "k"),
          "value", List.of("to_v", "v"),
          "proj_attn", List.of("to_out.0", "proj_out"));

  private static String renamed(String name, int which) {
    String result = name;
    for (Map.Entry<String, List<String>> each : OTHER_NAMES.entrySet()) {
      result = result.replace("." + each.getKey() + ".", "." + each.getValue().get(which) + ".");
    }
    return result;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void should_load_an_autoencoder_whose_attention_has_other_names(int which) throws IOException {
    VaePixels image = VaePixels.of(NoiseSource.seeded(3).normal(manager, new Shape(1, 3, 8, 8)));
    float[] expected;
    try (AutoencoderKl network = drawn(new AutoencoderKl(TINY))) {
      write(network, name -> renamed(name, which));
      expected = network.encodeMode(image, manager).array().toFloatArray();
    }
    try (AutoencoderKl network = AutoencoderKl.load(file, Device.cpu())) {
      assertThat(network.config()).isEqualTo(TINY);
      assertThat(network.encodeMode(image, manager).array().toFloatArray())
          .containsExactly(expected);
    }
  }

  @Test
  void should_know_the_names_of_today() throws IOException {
    Map<String, String> today = new TreeMap<>();
    PublishedShapesTest.table("sd-vae-oldnames")
        .forEach((name, shape) -> today.put(renamed(name, 0), shape));
    assertThat(today).isEqualTo(PublishedShapesTest.table("sd-vae-newnames"));
  }

  @Test
  void should_name_what_weights_are_not() throws IOException {
    try (AutoencoderKl network = drawn(new AutoencoderKl(TINY))) {
      write(network, name -> name);
    }
    assertThatThrownBy(() -> VaeLatentBranch.load(file, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("tensor 'lin0.0.weight'")
        .hasMessageContaining("as a low-level network has it");
    assertThatThrownBy(() -> ConvNextTeacher.load(file, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("as a ConvNeXt of VICRegL has it");
    try (LowLevelNetwork network = drawn(new LowLevelNetwork(SMALL))) {
      write(network, name -> name);
    }
    assertThatThrownBy(() -> AutoencoderKl.load(file, Device.cpu()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("as an autoencoder has it");
  }

  @Test
  void should_refuse_what_does_not_fit() {
    try (AutoencoderKl network = drawn(new AutoencoderKl(TINY));
        LowLevelNetwork lowLevel = drawn(new LowLevelNetwork(SMALL))) {
      VaePixels odd = VaePixels.of(manager.zeros(new Shape(1, 3, 8, 7)));
      assertThatThrownBy(() -> network.encode(odd))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage(
              "vae pixels: expected a height and width divisible by 2 but was (1, 3, 8, 7);"
                  + " resize or crop the images");
      VaeLatents wide = VaeLatents.of(manager.zeros(new Shape(1, 5, 4, 4)));
      assertThatThrownBy(() -> network.decode(wide))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage("latents: expected [batch, channels=4, height, width] but was [1, 5, 4, 4]");
      VaeLatentBranch branch = VaeLatentBranch.of(lowLevel);
      VoxelBatch broken =
          VoxelBatch.of(manager.zeros(new Shape(1, 5)).div(manager.zeros(new Shape())));
      assertThatThrownBy(() -> branch.predict(broken, manager))
          .isInstanceOf(NotFiniteException.class);
      VoxelBatch few = VoxelBatch.of(manager.zeros(new Shape(1, 4)));
      assertThatThrownBy(() -> branch.predict(few, manager))
          .hasMessage("voxels: expected [batch, voxels=5] but was [1, 4]");
    }
  }

  @Test
  void should_refuse_shapes_that_cannot_be() {
    Mlp mlp = Mlp.paper();
    assertThatThrownBy(
            () -> new LowLevelConfig(5, mlp, LatentUpsampling.X8, new Latents(4, 64), true))
        .hasMessage("mapsProjector: only upsampling X4 has one, but the upsampling is X8");
    assertThatThrownBy(
            () -> new LowLevelConfig(5, mlp, LatentUpsampling.X16, new Latents(4, 24), false))
        .hasMessage(
            "latents: expected a side divisible by 16, the factor of the upsampling, but was 24");
    assertThatThrownBy(() -> new ConvolutionStages(List.of(32, 48), 1, 32))
        .hasMessage("channels: expected multiples of the 32 groups but was [32, 48]");
    assertThatThrownBy(() -> new AutoencoderConfig(TINY.stages(), 4, 0))
        .hasMessage("scale: expected a positive number but was 0.0");
    assertThatThrownBy(() -> new ConvNextConfig(List.of(1), List.of(), 4))
        .hasMessageStartingWith("stages: expected a depth and a width of at least 1 for each");
  }
}
