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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.nn.Network;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.lowlevel.LowLevelConfig.Latents;
import org.mindeye.lowlevel.LowLevelConfig.Mlp;
import org.mindeye.testkit.NumberedCheckpoint;

/** Generated files laid out as the published ones: every tensor is where its name says. */
class PublishedFilesTest {
  private static final String PROJECTOR = "maps_projector.";
  private static final LowLevelConfig SMALL =
      new LowLevelConfig(5, new Mlp(6, 1, 0.5, 0.25), LatentUpsampling.X4, new Latents(4, 8), true);
  private static final AutoencoderConfig TINY =
      new AutoencoderConfig(
          new ConvolutionStages(List.of(32, 64), 1, 32),
          4,
          AutoencoderConfig.STABLE_DIFFUSION_SCALE);
  private static final ConvNextConfig FEW = new ConvNextConfig(List.of(1, 2), List.of(4, 8), 6);

  @TempDir private Path folder;
  private Path pth;
  private Path safetensors;

  @BeforeEach
  void choose() {
    pth = folder.resolve("weights.pth");
    safetensors = folder.resolve("weights.safetensors");
  }

  private static Map<String, Object> shapes(Network network, String prefix) {
    Map<String, Object> shapes = new LinkedHashMap<>();
    network.getParameters().forEach(p -> shapes.put(prefix + p.getKey(), p.getValue().getShape()));
    return shapes;
  }

  private static void requireNumbered(
      Network network, Map<String, Integer> numbers, String prefix) {
    assertThat(network.arrays()).isNotEmpty();
    network
        .arrays()
        .forEach(
            (name, array) -> {
              int number = numbers.get(prefix + name);
              try (NDArray least = array.min();
                  NDArray most = array.max()) {
                assertThat(least.getFloat()).as(name).isEqualTo(number);
                assertThat(most.getFloat()).as(name).isEqualTo(number);
              }
            });
  }

  /** What the original's training saves: {@code epoch120.pth}. */
  private Map<String, Integer> writeLowLevel(LowLevelConfig config) throws IOException {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("epoch", 119);
    try (LowLevelNetwork declared = new LowLevelNetwork(config)) {
      file.put("model_state_dict", shapes(declared, ""));
    }
    Map<String, Object> moments = Map.of("step", 132_840, "exp_avg", new Shape(3));
    Map<String, Object> group = Map.of("params", List.of(0), "lr", 0);
    file.put(
        "optimizer_state_dict",
        Map.of("state", Map.of(0, moments), "param_groups", List.of(group)));
    file.put("train_losses", List.of(2, 1));
    file.put("val_losses", List.of());
    file.put("lrs", List.of(0));
    return NumberedCheckpoint.write(pth, file);
  }

  private void loadLowLevel(LowLevelConfig config) throws IOException {
    Map<String, Integer> numbers = writeLowLevel(config);
    try (StateDict file = WeightFiles.open(pth);
        LowLevelNetwork network = LowLevelNetwork.load(file, Device.cpu())) {
      assertThat(network.config()).isEqualTo(config);
      requireNumbered(network, numbers, "");
      WeightFiles.write(safetensors, network, Map.of());
    }
    Files.delete(pth);
    try (StateDict file = WeightFiles.open(safetensors);
        LowLevelNetwork network = LowLevelNetwork.loadForInference(file, Device.cpu())) {
      assertThat(network.config()).isEqualTo(config.withoutMapsProjector());
      assertThat(network.arrays().keySet()).noneMatch(name -> name.startsWith(PROJECTOR));
      requireNumbered(network, numbers, "");
    }
  }

  @Test
  void should_load_what_the_original_training_saves() throws IOException {
    loadLowLevel(SMALL);
  }

  @Tag("full-size")
  @Test
  void should_load_the_published_network() throws IOException {
    loadLowLevel(LowLevelConfig.paper(15_724));
  }

  @Test
  void should_leave_out_the_projector_and_nothing_else() throws IOException {
    Map<String, Object> weights;
    try (LowLevelNetwork declared = new LowLevelNetwork(SMALL)) {
      weights = shapes(declared, "");
    }
    NumberedCheckpoint.write(pth, Map.of("model_state_dict", weights));
    VaeLatentBranch.load(pth, Device.cpu()).close();
    weights.put("maps_projection.weight", new Shape(1));
    NumberedCheckpoint.write(pth, Map.of("model_state_dict", weights));
    assertThatThrownBy(() -> VaeLatentBranch.load(pth, Device.cpu()))
        .isInstanceOf(WeightMismatchException.class)
        .hasMessageContaining("maps_projection.weight");
  }

  /** A bare state dictionary, as the low-level training reads it. */
  private void loadAutoencoder(AutoencoderConfig config) throws IOException {
    Map<String, Integer> numbers;
    try (AutoencoderKl declared = new AutoencoderKl(config)) {
      numbers = NumberedCheckpoint.write(pth, shapes(declared, ""));
    }
    try (AutoencoderKl network = AutoencoderKl.load(pth, Device.cpu())) {
      assertThat(network.config()).isEqualTo(config);
      requireNumbered(network, numbers, "");
      WeightFiles.write(safetensors, network, Map.of());
    }
    try (AutoencoderKl network = AutoencoderKl.load(safetensors, Device.cpu())) {
      requireNumbered(network, numbers, "");
    }
  }

  @Test
  void should_load_a_bare_autoencoder() throws IOException {
    loadAutoencoder(TINY);
  }

  @Tag("full-size")
  @Test
  void should_load_the_published_autoencoder() throws IOException {
    loadAutoencoder(AutoencoderConfig.stableDiffusion());
  }

  /** VICRegL's release: the weights of a parallel training, with heads of its own. */
  private void loadTeacher(ConvNextConfig config) throws IOException {
    Map<String, Object> model = new LinkedHashMap<>();
    try (ConvNextTeacher declared = new ConvNextTeacher(config)) {
      model.put("module.projector.0.weight", new Shape(3, 2));
      model.putAll(shapes(declared, "module."));
      model.put("module.classifier.bias", new Shape(2));
    }
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("epoch", 300);
    file.put("model", model);
    file.put("optimizer", Map.of("state", Map.of(), "param_groups", List.of()));
    Map<String, Integer> numbers = NumberedCheckpoint.write(pth, file);
    try (ConvNextTeacher network = ConvNextTeacher.load(pth, Device.cpu())) {
      assertThat(network.config()).isEqualTo(config);
      requireNumbered(network, numbers, "module.");
    }
    try (StateDict weights = WeightFiles.open(pth);
        ConvNextTeacher network = ConvNextTeacher.loadBackbone(weights, Device.cpu())) {
      assertThat(network.config()).isEqualTo(config.withoutProjector());
      requireNumbered(network, numbers, "module.");
    }
  }

  @Test
  void should_load_the_teacher_without_the_heads_of_its_training() throws IOException {
    loadTeacher(FEW);
  }

  @Tag("full-size")
  @Test
  void should_load_the_published_teacher() throws IOException {
    loadTeacher(ConvNextConfig.extraLarge());
  }
}
