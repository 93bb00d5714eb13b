// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.testkit.LeakCheck;

/** Runs that start from trained weights. */
class TrainStartFromTest {
  @TempDir private static Path place;
  @TempDir private Path folder;

  private static TinyWorld world;
  private static Path trained;

  @BeforeAll
  static void trainOnce() throws IOException {
    world = TinyWorld.in(place);
    trained = place.resolve("trained");
    assertThat(CommandRun.of(world.train(trained)).code()).isZero();
  }

  private static Path weights(Path run) {
    return run.resolve("model.safetensors");
  }

  /** A step so small that the weights stay what they were, to four digits. */
  private CommandRun barelyTrain(Path out, Object from, String... more) {
    String[] options =
        Stream.concat(
                Stream.of("--start-from=" + from, "--max-lr=1e-12", "--weight-decay=0"),
                Stream.of(more))
            .toArray(String[]::new);
    return CommandRun.of(world.train(out, options));
  }

  private static Map<String, float[]> read(Path file, String... names) throws IOException {
    try (StateDict weights = WeightFiles.open(file);
        NDManager manager = Torch.newManager(Device.cpu())) {
      return List.of(names).stream()
          .collect(
              Collectors.toMap(
                  name -> name,
                  name -> {
                    try (NDArray array = weights.load(name, manager)) {
                      return array.toFloatArray();
                    }
                  }));
    }
  }

  private static void assertSame(Path run, String name, boolean same) throws IOException {
    float[] found = read(weights(run), name).get(name);
    float[] start = read(weights(trained), name).get(name);
    float largest = 0;
    for (int i = 0; i < found.length; i++) {
      largest = Math.max(largest, Math.abs(found[i] - start[i]));
    }
    if (same) {
      assertThat(largest).as(name).isLessThan(1e-4f);
    } else {
      assertThat(largest).as(name).isGreaterThan(5e-4f);
    }
  }

  @Test
  void should_start_from_a_file() throws IOException {
    Path out = folder.resolve("out");
    CommandRun run = barelyTrain(out, weights(trained), "--seed=9");

    assertThat(run.err()).isEmpty();
    assertSame(out, "voxel2clip.lin0.0.weight", true);
    assertSame(out, "voxel2clip.mlp.0.0.weight", true);
    assertSame(out, "net.learned_query", true);
    assertThat(Files.readString(out.resolve("run.json"))).contains(weights(trained).toString());
  }

  @Test
  void should_start_from_a_checkpoint() throws IOException {
    Path newest;
    try (Stream<Path> steps = Files.list(trained.resolve("checkpoints"))) {
      newest = steps.filter(Files::isDirectory).max(Path::compareTo).orElseThrow();
    }
    Path out = folder.resolve("out");

    assertThat(barelyTrain(out, newest, "--seed=9").err()).isEmpty();
    assertSame(out, "voxel2clip.mlp.0.0.weight", true);
    assertSame(out, "net.learned_query", true);
  }

  @Test
  void should_give_another_subject_a_layer_of_its_own() throws IOException {
    Path other = folder.resolve("other.safetensors");
    BackboneConfig shape =
        BackboneConfig.paper(TinyWorld.VOXELS + 9)
            .withHidden(32)
            .withBlocks(1)
            .withSpace(new ClipSpace(5, 8))
            .withProjector(16);
    try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(shape)) {
      backbone.initialize(Device.cpu(), NoiseSource.seeded(3));
      WeightFiles.write(other, backbone, Map.of());
    }
    Path out = folder.resolve("out");

    assertThat(barelyTrain(out, other).err()).isEmpty();
    String block = "mlp.0.0.weight";
    float[] start = read(other, block).get(block);
    float[] found = read(weights(out), "voxel2clip." + block).get("voxel2clip." + block);
    for (int i = 0; i < start.length; i++) {
      assertThat(found[i]).isCloseTo(start[i], offset(1e-4f));
    }
    assertThat(read(weights(out), "net.learned_query")).isNotEmpty();
  }

  @Test
  void should_train_the_subjects_layer_alone_while_all_else_is_frozen() throws IOException {
    Path out = folder.resolve("out");
    CommandRun run =
        CommandRun.of(
            world.train(out, "--start-from=" + weights(trained), "--freeze-epochs=3", "--seed=9"));

    assertThat(run.err()).isEmpty();
    assertSame(out, "voxel2clip.lin0.0.weight", false);
    String name = "voxel2clip.mlp.0.0.weight";
    assertThat(read(weights(out), name).get(name))
        .isEqualTo(read(weights(trained), name).get(name));
  }

  @Test
  void should_refuse_weights_for_other_blocks() throws IOException {
    Path out = folder.resolve("out");
    assertThat(barelyTrain(out, weights(trained), "--no-residuals").err())
        .hasLineCount(1)
        .contains(
            weights(trained)
                + ": trained with residuals true but this run has residuals false; give --residuals");
    assertThat(out).doesNotExist();
    Path newest;
    try (Stream<Path> steps = Files.list(trained.resolve("checkpoints"))) {
      newest = steps.filter(Files::isDirectory).max(Path::compareTo).orElseThrow();
    }
    assertThat(barelyTrain(out, newest, "--no-residuals").err())
        .contains(newest + ": trained with residuals true");
    assertThat(out).doesNotExist();
  }

  @Test
  void should_freeze_trained_weights_only() {
    Path out = folder.resolve("out");
    CommandRun run = CommandRun.of(world.train(out, "--freeze-epochs=1"));

    assertThat(run.err()).contains("--freeze-epochs is for --start-from").hasLineCount(1);
    assertThat(run.code()).isEqualTo(2);
    assertThat(CommandRun.of(world.train(out, "--freeze-epochs=0")).code()).isZero();
  }

  @Test
  void should_start_from_the_weights_again_if_nothing_was_saved() throws IOException {
    Path start = Files.copy(weights(trained), folder.resolve("start.safetensors"));
    Path out = folder.resolve("out");
    assertThat(barelyTrain(out, start).code()).isZero();
    byte[] first = Files.readAllBytes(weights(out));
    TrainResumeTest.deleteAll(out.resolve("checkpoints"));
    assertThat(CommandRun.of("train", "--resume", out).err())
        .contains("the run is done and its checkpoints are gone");
    Files.delete(weights(out));
    Path moved = Files.move(start, folder.resolve("moved.safetensors"));

    assertThat(CommandRun.of("train", "--resume", out).err().lines())
        .containsExactly("mindeye train: " + start + ": no such file or folder");
    Files.move(moved, start);
    assertThat(CommandRun.of("train", "--resume", out).err()).isEmpty();
    assertThat(weights(out)).hasBinaryContent(first);
  }

  @Test
  void should_refuse_weights_of_another_shape_and_free_what_was_made() {
    Path out = folder.resolve("out");
    LeakCheck.Census before = LeakCheck.census();
    CommandRun run = barelyTrain(out, weights(trained), "--prior-depth=2");

    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("model.safetensors", "causal_transformer.layers.1");
    assertThat(run.code()).isEqualTo(1);
    assertThat(out).doesNotExist();
    assertThat(LeakCheck.census()).isEqualTo(before);
    assertThat(barelyTrain(out, folder.resolve("absent")).err())
        .contains("absent: no such file or folder");
    assertThat(out).doesNotExist();
  }
}
