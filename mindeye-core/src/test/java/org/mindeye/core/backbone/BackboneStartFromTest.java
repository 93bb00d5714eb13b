// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

/** Fine-tuning on another subject. */
class BackboneStartFromTest {
  private static final Device CPU = Device.cpu();
  private static final int OTHER_VOXELS = 500;
  private static final List<String> SUBJECT = List.of("lin0.0.weight", "lin0.0.bias");
  private static final BackboneConfig CONFIG =
      BackboneConfig.paper(7)
          .withHidden(32)
          .withBlocks(1)
          .withSpace(new ClipSpace(3, 4))
          .withProjector(16);

  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  private static ResidualMlpBackbone drawn(BackboneConfig config) {
    ResidualMlpBackbone backbone = new ResidualMlpBackbone(config);
    backbone.initialize(CPU, NoiseSource.seeded(1));
    return backbone;
  }

  private static BackboneConfig other(BackboneConfig trained) {
    return new BackboneConfig(OTHER_VOXELS, trained.space(), trained.trunk(), trained.projector())
        .withDropout(0.1, 0.2);
  }

  private StateDict file(ResidualMlpBackbone saved, Consumer<Map<String, NDArray>> change)
      throws IOException {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    // Weights that no initialisation makes.
    saved.arrays().forEach((name, array) -> tensors.put("module.voxel2clip." + name, array.add(3)));
    change.accept(tensors);
    Path path = folder.resolve("trained.safetensors");
    WeightFiles.write(path, tensors, Map.of());
    return WeightFiles.open(path);
  }

  private static ResidualMlpBackbone start(StateDict file, BackboneConfig config, long seed) {
    return ResidualMlpBackbone.startFrom(file, config, CPU, NoiseSource.seeded(seed));
  }

  private static void assertTaken(StateDict file, ResidualMlpBackbone started, List<String> but) {
    try (NDManager owner = Torch.newManager(CPU)) {
      started
          .arrays()
          .forEach(
              (name, array) -> {
                if (!but.contains(name)) {
                  assertThat(array.toByteArray())
                      .as(name)
                      .isEqualTo(file.load("module.voxel2clip." + name, owner).toByteArray());
                }
              });
    }
  }

  @ParameterizedTest
  @EnumSource(BackboneNorm.class)
  void should_take_all_but_the_subjects_layer(BackboneNorm norm) throws IOException {
    try (ResidualMlpBackbone saved = drawn(CONFIG.withNorm(norm, true));
        StateDict file = file(saved, tensors -> {});
        ResidualMlpBackbone started = start(file, other(saved.config()), 4)) {
      assertThat(started.config()).isEqualTo(other(saved.config()));
      assertTaken(file, started, SUBJECT);
      assertThat(started.arrays()).containsKey("lin0.2.weight");
    }
  }

  @Test
  void should_draw_the_subjects_layer_as_torch_does() throws IOException {
    try (ResidualMlpBackbone saved = drawn(CONFIG);
        StateDict file = file(saved, tensors -> {});
        ResidualMlpBackbone started = start(file, other(CONFIG), 4);
        ResidualMlpBackbone again = start(file, other(CONFIG), 4);
        ResidualMlpBackbone different = start(file, other(CONFIG), 5)) {
      double bound = 1 / Math.sqrt(OTHER_VOXELS);
      for (String name : SUBJECT) {
        float[] values = started.arrays().get(name).toFloatArray();
        assertThat(again.arrays().get(name).toFloatArray()).isEqualTo(values);
        assertThat(different.arrays().get(name).toFloatArray()).isNotEqualTo(values);
        for (float value : values) {
          assertThat(Math.abs(value)).isLessThanOrEqualTo((float) bound);
        }
      }
      float[] matrix = started.arrays().get("lin0.0.weight").toFloatArray();
      double squares =
          IntStream.range(0, matrix.length).mapToDouble(i -> (double) matrix[i] * matrix[i]).sum();
      // The variance of a uniform distribution; 16,000 draws tell it to 0.7 %.
      assertThat(squares / matrix.length / (bound * bound)).isCloseTo(1 / 3.0, within(0.01));
      // As in an untrained network, whose first two draws these are.
      try (ResidualMlpBackbone fresh = new ResidualMlpBackbone(other(CONFIG))) {
        fresh.initialize(CPU, NoiseSource.seeded(4));
        assertThat(fresh.arrays().get("lin0.0.bias"))
            .isEqualTo(started.arrays().get("lin0.0.bias"));
      }
    }
  }

  @Test
  void should_take_everything_where_the_voxels_are_as_many() throws IOException {
    BackboneConfig same = CONFIG.withDropout(0.1, 0.2);
    try (ResidualMlpBackbone saved = drawn(CONFIG);
        StateDict file = file(saved, tensors -> {});
        ResidualMlpBackbone started = start(file, same, 4)) {
      assertThat(started.config()).isEqualTo(same);
      assertTaken(file, started, List.of());
    }
  }

  @Test
  void should_refuse_what_differs_in_more_than_the_voxels() throws IOException {
    try (ResidualMlpBackbone saved = drawn(CONFIG);
        StateDict file = file(saved, tensors -> {})) {
      LeakCheck.Census before = LeakCheck.census();
      assertRefused(file, CONFIG.withBlocks(2), "missing from the file (4):\n    mlp.1.0.bias");
      assertRefused(file, CONFIG.withoutProjector(), "not in the network (12):\n    projector.0");
      assertRefused(
          file,
          CONFIG.withHidden(8),
          "lin0.0.weight FLOAT32 (32, 7) in the file, float32 (8, 500) in the network");
      assertThat(LeakCheck.census()).isEqualTo(before);
    }
  }

  @Test
  void should_refuse_files_without_a_whole_subjects_layer() throws IOException {
    try (ResidualMlpBackbone saved = drawn(CONFIG);
        StateDict file = file(saved, tensors -> tensors.remove("module.voxel2clip.lin0.0.bias"))) {
      assertRefused(file, CONFIG, "missing from the file (1):\n    lin0.0.bias");
    }
    try (ResidualMlpBackbone saved = drawn(CONFIG);
        StateDict file =
            file(
                saved,
                tensors ->
                    tensors.put("module.voxel2clip.lin0.0.weight", manager.zeros(new Shape(32))))) {
      assertRefused(file, CONFIG, "different (1):\n    lin0.0.weight FLOAT32 (32) in the file");
    }
  }

  private static void assertRefused(StateDict file, BackboneConfig trained, String reason) {
    assertThatThrownBy(() -> start(file, other(trained), 4))
        .isInstanceOf(WeightMismatchException.class)
        .hasMessageContaining("does not fit ResidualMlpBackbone:")
        .hasMessageContaining(reason);
  }

  @Test
  void should_leave_nothing_behind() throws IOException {
    try (ResidualMlpBackbone saved = drawn(CONFIG);
        StateDict file = file(saved, tensors -> {})) {
      LeakCheck.assertNoLeak(() -> start(file, other(CONFIG), 4).close());
      LeakCheck.assertNoLeak(() -> start(file, CONFIG, 4).close());
    }
  }
}
