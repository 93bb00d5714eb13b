// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.weights.InspectedRun;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.training.checkpoint.Checkpoint;
import org.mindeye.training.checkpoint.CheckpointStore;

class TrainEmbedTest {
  @TempDir private static Path place;
  @TempDir private Path folder;

  private static TinyWorld world;
  private static Path run;
  private static Path weights;

  @BeforeAll
  static void train() throws IOException {
    world = TinyWorld.in(place);
    run = place.resolve("run");
    assertThat(CommandRun.of(world.train(run)).code()).isZero();
    weights = run.resolve("model.safetensors");
  }

  @Test
  void should_be_inspected_by_its_folder() throws IOException {
    Path newest = run.resolve("checkpoints/step-000000009");
    CommandRun inspected = CommandRun.of("inspect", run);
    assertThat(inspected.code()).isZero();
    assertThat(inspected.out().lines())
        .startsWith(
            run + ": a run, 3 epochs",
            "  is: MindEye backbone 5x8: 60 voxels, hidden 32, 1 block, LAYER_NORM_GELU, projector"
                + " 16")
        .anyMatch(line -> line.startsWith("  is: diffusion prior 5x8: "))
        .anyMatch(line -> line.startsWith("  step 9: " + newest))
        .anyMatch(line -> line.endsWith(", the best epoch"))
        .contains("  final weights: " + weights);
    InspectedRun.check(run, "MindEye backbone 5x8: ");
    JsonNode json = new ObjectMapper().readTree(CommandRun.of("inspect", "--json", run).out());
    assertThat(json.get("final_weights").asText()).isEqualTo(weights.toString());
    assertThat(json.at("/steps/9").asText()).isEqualTo(newest.toString());
    assertThat(json.get("best_step").isIntegralNumber()).isTrue();
    assertThat(json.get("recognised")).hasSize(2);
    assertThat(CommandRun.of("inspect", newest).out())
        .startsWith(newest + ": a run, 3 epochs")
        .contains("  step 9: " + newest)
        .doesNotContain("final weights");
    Path empty = Files.createDirectories(folder.resolve("empty/checkpoints")).getParent();
    assertThat(CommandRun.of("inspect", empty).out().lines())
        .containsExactly(empty + ": a run, 0 epochs", "  no weights were saved yet");
  }

  /** Of a recipe of a user's own program. */
  @Test
  void should_describe_a_run_of_an_unknown_recipe_as_far_as_it_notes() throws IOException {
    Checkpoint known = Checkpoint.open(run.resolve("checkpoints/step-000000009"));
    Path other = folder.resolve("other");
    try (CheckpointStore store = CheckpointStore.open(other);
        NDManager manager = Torch.newManager(Device.cpu())) {
      store.write(
          9,
          Map.of("model", Map.of("gears", manager.ones(new Shape(2)))),
          Map.of(),
          Map.of(
              "config.json",
              DocumentWriter.bytes(Map.of("speed", Map.of("most", 3))),
              "state.json",
              known.document("state.json")));
    }

    CommandRun inspected = CommandRun.of("inspect", other);

    assertThat(inspected.code()).isZero();
    assertThat(inspected.out().lines())
        .contains("  is: networks of a recipe that this version does not know")
        .anyMatch(line -> line.startsWith("  step 9: "))
        .containsSequence("config:", "  schema = 3", "  speed.most = 3");
  }

  private static CommandRun embed(Path from, Path out, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("embed", "--weights", from));
    arguments.addAll(List.of("--data", world.data(), "--subject=99", "--out", out));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }

  private static float[] floats(Path file, String name) throws IOException {
    try (StateDict read = WeightFiles.open(file);
        NDManager manager = Torch.newManager(Device.cpu())) {
      return read.load(name, manager).toFloatArray();
    }
  }

  @Test
  void should_name_the_weights_in_the_folder_of_a_run() throws IOException {
    Path out = folder.resolve("x.npz");
    Path newest = run.resolve("checkpoints/step-000000009");
    Path stopped = folder.resolve("stopped");
    Path step = stopped.resolve("checkpoints/step-000000047");
    Files.createDirectories(step);
    Files.copy(newest.resolve("manifest.json"), step.resolve("manifest.json"));

    assertThat(newest).isDirectory();
    assertThat(embed(run, out, "--split=test").err().strip())
        .isEqualTo(
            String.format(
                Locale.ROOT,
                "mindeye embed: %s: the folder of a run; give its weights, %s,"
                    + " or the folder of a checkpoint, for example %s",
                run,
                weights,
                newest));
    assertThat(embed(stopped, out, "--split=test").err().strip())
        .isEqualTo(
            String.format(
                Locale.ROOT,
                "mindeye embed: %s: the folder of a run; give the folder of a checkpoint,"
                    + " for example %s",
                stopped,
                step));
    assertThat(out).doesNotExist();
  }

  @Test
  void should_write_what_the_encoder_says() throws IOException {
    Path out = folder.resolve("train.npz");

    CommandRun embedded = embed(weights, out, "--split=train");

    assertThat(embedded.err()).isEmpty();
    assertThat(embedded.out().lines()).containsExactly(out + ": 48 samples of 5x8 CLIP tokens");
    List<Trial> trials = world.trials(Split.TRAIN);
    try (BackboneEncoder encoder = BackboneEncoder.load(weights, Device.cpu());
        StateDict read = WeightFiles.open(out);
        NDManager manager = Torch.newManager(Device.cpu())) {
      assertThat(read.names()).containsExactlyInAnyOrder("tokens", "projected", "coco_ids", "keys");
      for (int i : new int[] {0, 31, 32, 47}) {
        float[] voxels = trials.get(i).meanVoxels();
        BrainEmbedding brain =
            encoder.encode(
                VoxelBatch.of(Torch.copy(manager, voxels, new Shape(1, voxels.length))), manager);
        assertThat(read.load("tokens", manager).get(i).toFloatArray())
            .usingComparatorWithPrecision(1e-5f)
            .containsExactly(brain.tokens().array().toFloatArray());
        assertThat(read.load("projected", manager).get(i).toFloatArray())
            .usingComparatorWithPrecision(1e-5f)
            .containsExactly(brain.projected().array().toFloatArray());
      }
      assertThat(read.load("coco_ids", manager).toLongArray())
          .containsExactly(LongStream.range(0, 48).toArray());
      byte[] key = read.load("keys", manager).get(47).toByteArray();
      assertThat(new String(key, java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo(trials.get(47).key());
    }
  }

  @Test
  void should_sample_the_prior_by_seed() throws IOException {
    Path out = folder.resolve("test.safetensors");
    String[] prior = {"--split=test", "--prior", "--steps=4"};
    assertThat(embed(weights, out, (Object[]) prior).err()).isEmpty();
    float[] once = floats(out, "sampled");
    assertThat(once).hasSize(24 * 5 * 8);

    embed(weights, out, (Object[]) prior);
    assertThat(floats(out, "sampled")).containsExactly(once);
    embed(weights, out, "--split=test", "--prior", "--steps=4", "--seed=3");
    assertThat(floats(out, "sampled")).isNotEqualTo(once);
    assertThat(embed(weights, out, "--split=test", "--prior").code()).isZero();
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(out));
  }

  /** The last checkpoint holds the weights of the end. */
  @Test
  void should_read_a_checkpoint() throws IOException {
    Path newest;
    try (var folders = Files.list(run.resolve("checkpoints"))) {
      newest = folders.filter(Files::isDirectory).max(Path::compareTo).orElseThrow();
    }
    Path fromFile = folder.resolve("file.npz");
    Path fromCheckpoint = folder.resolve("checkpoint.npz");
    embed(weights, fromFile, "--split=validation", "--prior", "--steps=4");

    CommandRun embedded = embed(newest, fromCheckpoint, "--split=val", "--prior", "--steps=4");

    assertThat(embedded.err()).isEmpty();
    assertThat(fromCheckpoint).hasSameBinaryContentAs(fromFile);
  }

  /** The shapes of the weights do not tell. */
  @Test
  void should_know_that_a_model_has_no_skip_connections() throws IOException {
    Path plain = folder.resolve("plain");
    CommandRun.of(world.train(plain, "--no-residuals", "--no-prior", "--no-augment"));
    Path newest;
    try (var folders = Files.list(plain.resolve("checkpoints"))) {
      newest = folders.filter(Files::isDirectory).max(Path::compareTo).orElseThrow();
    }
    Path fromFile = folder.resolve("file.npz");
    Path fromCheckpoint = folder.resolve("checkpoint.npz");

    assertThat(embed(plain.resolve("model.safetensors"), fromFile, "--split=test").err()).isEmpty();
    assertThat(embed(newest, fromCheckpoint, "--split=test").err()).isEmpty();
    assertThat(fromFile).hasSameBinaryContentAs(fromCheckpoint);
  }

  @Test
  void should_refuse_wrong_calls() {
    Path out = folder.resolve("x.npz");
    assertMisused(embed(weights, out, "--split=test", "--steps=4"), "--steps and --seed are for");
    assertMisused(
        embed(weights, out, "--split=test", "--prior", "--steps=0"), "steps: expected at least");
    assertMisused(embed(weights, folder.resolve("x.pt"), "--split=test"), "ends with .npz or");
    assertMisused(
        embed(weights, out, "--split=all"),
        "Invalid value for option '--split': expected train, validation (or val) or test but was"
            + " 'all'");
    assertMisused(embed(weights, out), "Missing required option: '--split=NAME'");
    assertMisused(embed(weights, out, "--split=test", "--device=tpu"), "device 'tpu'");
    assertThat(folder).isEmptyDirectory();
  }

  private static void assertMisused(CommandRun run, String message) {
    assertThat(run.err()).contains(message).hasLineCount(1);
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void should_leave_nothing_behind_when_it_fails() throws IOException {
    Path out = folder.resolve("x.npz");
    assertFailed(embed(world.clip(), out, "--split=test"), "clip.safetensors");
    assertFailed(embed(weights, out.resolve("y.npz"), "--split=test"), "folder does not exist");
    Path narrow = place.resolve("narrow");
    CommandRun.of(world.train(narrow, "--no-prior"));
    Path plain = narrow.resolve("model.safetensors");
    assertFailed(
        embed(plain, out, "--split=test", "--prior"),
        plain + ": expected a diffusion prior too but found none; leave --prior out");
    assertThat(folder).isEmptyDirectory();
  }

  private static void assertFailed(CommandRun run, String message) {
    assertThat(run.err()).contains(message).hasLineCount(1);
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void should_leave_no_native_memory_behind() {
    Object[] options = {"--split=test", "--prior", "--steps=2"};
    embed(weights, folder.resolve("x.npz"), options);
    LeakCheck.Census before = LeakCheck.census();
    embed(weights, folder.resolve("x.npz"), options);

    assertThat(LeakCheck.census()).isEqualTo(before);
  }
}
