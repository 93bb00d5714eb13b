// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.StateDicts;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.LeakCheck;

class BackboneLoadingTest {
  private static final Device CPU = Device.cpu();
  private static final BackboneConfig CONFIG =
      BackboneConfig.paper(7).withHidden(8).withSpace(new ClipSpace(3, 4)).withProjector(16);

  @TempDir private Path folder;

  private static ResidualMlpBackbone drawn(BackboneConfig config) {
    ResidualMlpBackbone backbone = new ResidualMlpBackbone(config);
    backbone.initialize(CPU, NoiseSource.seeded(1));
    return backbone;
  }

  /** A file with these tensors of a backbone, each name behind a prefix. */
  private Path save(
      ResidualMlpBackbone backbone, String prefix, Consumer<Map<String, NDArray>> change)
      throws IOException {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    backbone.arrays().forEach((name, array) -> tensors.put(prefix + name, array));
    change.accept(tensors);
    Path path = folder.resolve("b.safetensors");
    WeightFiles.write(path, tensors, Map.of());
    return path;
  }

  static Stream<BackboneConfig> shapes() {
    return Stream.of(
        CONFIG,
        CONFIG.withBlocks(0),
        CONFIG.withBlocks(12).withProjector(5),
        CONFIG.withNorm(BackboneNorm.LAYER_NORM_GELU, true),
        CONFIG.withNorm(BackboneNorm.BATCH_NORM_RELU, false),
        CONFIG.withNorm(BackboneNorm.BATCH_NORM_RELU, true),
        CONFIG.withHidden(2).withSpace(ClipSpace.VIT_L_14_FINAL).withoutProjector(),
        CONFIG.withHidden(2).withSpace(ClipSpace.VIT_L_14_HIDDEN).withoutProjector());
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void should_read_the_configuration_off_the_weights(BackboneConfig config) throws IOException {
    try (ResidualMlpBackbone saved = drawn(config);
        StateDict file = WeightFiles.open(save(saved, "", tensors -> {}));
        ResidualMlpBackbone loaded = ResidualMlpBackbone.load(file, CPU)) {
      assertThat(loaded.config()).isEqualTo(config);
      saved
          .arrays()
          .forEach(
              (name, array) ->
                  assertThat(loaded.arrays().get(name).toByteArray())
                      .as(name)
                      .isEqualTo(array.toByteArray()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "module.", "voxel2clip.", "module.voxel2clip."})
  void should_serve_a_file_as_it_was_saved(String prefix) throws IOException {
    try (ResidualMlpBackbone saved = drawn(CONFIG);
        NDManager owner = Torch.newManager(CPU)) {
      NDArray other = owner.create(1f);
      Path file =
          save(
              saved,
              prefix,
              tensors -> {
                if (prefix.endsWith("voxel2clip.")) {
                  tensors.put(prefix.replace("voxel2clip", "net") + "learned_query", other);
                }
              });
      VoxelBatch voxels = VoxelBatch.of(NoiseSource.seeded(2).normal(owner, new Shape(2, 7)));
      BackboneEncoder expected = BackboneEncoder.of(saved);
      try (BackboneEncoder encoder = BackboneEncoder.load(file, CPU)) {
        assertThat(encoder.encode(voxels, owner).projected().array().toFloatArray())
            .isEqualTo(expected.encode(voxels, owner).projected().array().toFloatArray());
      }
    }
  }

  @Test
  void should_ask_for_the_configuration_where_shapes_do_not_determine_it() throws IOException {
    BackboneConfig config = CONFIG.withoutProjector();
    try (ResidualMlpBackbone saved = drawn(config);
        StateDict file = WeightFiles.open(save(saved, "", tensors -> {}))) {
      assertThatThrownBy(() -> ResidualMlpBackbone.load(file, CPU))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageEndingWith(
              "tensor 'lin1.weight': expected a projector, or outputs of a published space (give"
                  + " the configuration instead) but found 12 outputs without a projector");
      try (ResidualMlpBackbone loaded = ResidualMlpBackbone.load(file, config, CPU)) {
        assertThat(loaded.config()).isEqualTo(config);
      }
    }
  }

  @Test
  void should_refuse_files_that_hold_no_backbone() throws IOException {
    try (ResidualMlpBackbone saved = drawn(CONFIG);
        NDManager owner = Torch.newManager(CPU)) {
      Path strange = save(saved, "", tensors -> tensors.put("net.x", owner.create(1f)));
      assertThatThrownBy(() -> BackboneEncoder.load(strange, CPU))
          .isInstanceOf(WeightMismatchException.class)
          .hasMessageContaining("not in the network (1):\n    net.x");
      Path empty = save(saved, "", Map::clear);
      assertThatThrownBy(() -> BackboneEncoder.load(empty, CPU))
          .isInstanceOf(MalformedFileException.class)
          .hasMessage(empty + ": expected weights but found no tensor at all");
      Path another = save(saved, "", tensors -> tensors.remove("lin1.weight"));
      assertThatThrownBy(() -> BackboneEncoder.load(another, CPU))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageEndingWith(
              "tensor 'lin1.weight': expected this tensor, as every backbone has it but found none"
                  + " of that name");
    }
  }

  @Test
  void should_say_how_to_take_off_a_prefix_and_whose_the_weights_are() throws IOException {
    try (ResidualMlpBackbone saved = drawn(CONFIG)) {
      Path prefixed = save(saved, "studio.", tensors -> {});
      String remedy =
          "; names begin with ['studio.'], take that off with"
              + " StateDict.withPrefixStripped(\"studio.\")";
      assertThatThrownBy(() -> BackboneEncoder.load(prefixed, CPU))
          .hasMessageEndingWith("none of that name" + remedy);
      try (StateDict file = WeightFiles.open(prefixed)) {
        assertThatThrownBy(() -> ResidualMlpBackbone.load(file, CONFIG, CPU))
            .isInstanceOf(WeightMismatchException.class)
            .hasMessageStartingWith(
                prefixed + " does not fit ResidualMlpBackbone" + remedy + ":\n  missing");
      }
    }
    StateDict second =
        StateDicts.shapes(
            Map.of(
                "ridge.linears.0.weight", new Shape(4, 5),
                "backbone.backbone_linear.weight", new Shape(8, 4)));
    assertThatThrownBy(() -> BackboneConfig.of(second))
        .hasMessageEndingWith(
            "none of that name; 'ridge.linears.*' is MindEye2's, whose networks are others");
  }

  @Test
  void should_refuse_shapes_no_backbone_has() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put("lin1.weight", new Shape(10, 4));
    shapes.put("projector.0.weight", new Shape(3));
    assertThatThrownBy(() -> ResidualMlpBackbone.load(StateDicts.shapes(shapes), CPU))
        .hasMessage("shapes: tensor 'lin1.weight': expected a multiple of 3 rows but found 10");
    shapes.put("projector.0.weight", new Shape(0));
    assertThatThrownBy(() -> ResidualMlpBackbone.load(StateDicts.shapes(shapes), CPU))
        .hasMessage(
            "shapes: tensor 'projector.0.weight': expected 1 axis from 1 to 2^31 - 1 but found"
                + " (0)");
    shapes.put("lin1.weight", new Shape(1L << 40, 4));
    assertThatThrownBy(() -> ResidualMlpBackbone.load(StateDicts.shapes(shapes), CPU))
        .isInstanceOf(MalformedFileException.class);
  }

  @Test
  void should_leave_nothing_behind() throws IOException {
    try (ResidualMlpBackbone saved = drawn(CONFIG)) {
      Path file = save(saved, "voxel2clip.", tensors -> {});
      LeakCheck.assertNoLeak(
          () -> {
            try (BackboneEncoder encoder = BackboneEncoder.load(file, CPU)) {
              assertThat(encoder.voxels()).isEqualTo(7);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
