// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.RunRecord;

/** New runs, from the command line. */
class TrainCommandTest {
  @TempDir private static Path place;
  @TempDir private Path folder;

  private static TinyWorld world;
  private Path out;

  @BeforeAll
  static void simulate() throws IOException {
    world = TinyWorld.in(place);
  }

  private CommandRun train(String... more) {
    out = folder.resolve("out");
    return CommandRun.of(world.train(out, more));
  }

  private JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(out.resolve(file).toFile());
  }

  private void assertNothingRemains(CommandRun run, int code, String message) {
    assertThat(run.err().lines()).containsExactly("mindeye train: " + message);
    assertThat(run.code()).isEqualTo(code);
    assertThat(out).doesNotExist();
  }

  private void assertMisused(CommandRun run, String message) {
    assertNothingRemains(run, 2, message + " (see mindeye train --help)");
  }

  @Test
  void should_train_backbone_and_prior() throws IOException {
    CommandRun run = train();

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    Path weights = out.resolve("model.safetensors");
    try (BackboneEncoder encoder = BackboneEncoder.load(weights, Device.cpu());
        DiffusionPrior prior = DiffusionPrior.load(weights, Device.cpu())) {
      assertThat(encoder.voxels()).isEqualTo(TinyWorld.VOXELS);
      assertThat(encoder.space()).isEqualTo(new ClipSpace(5, 8));
      assertThat(prior.config().timesteps()).isEqualTo(100);
    }
    assertThat(Files.readAllLines(out.resolve("log.jsonl"))).hasSize(1 + 3 * 3 + 3);
  }

  @Test
  void should_say_what_was_run() throws IOException {
    train("--seed=7", "--keep=1");

    JsonNode json = json("run.json");
    assertThat(json.at("/run/data").asText()).isEqualTo(world.data().toString());
    assertThat(json.at("/run/subject").asInt()).isEqualTo(99);
    assertThat(json.at("/run/config/train/seed").asInt()).isEqualTo(7);
    assertThat(json.at("/run/config/checkpoints/keepNewest").asInt()).isEqualTo(1);
    assertThat(json.at("/model/backbone/voxels").asInt()).isEqualTo(60);
    assertThat(json.at("/record/training/samples").asInt()).isEqualTo(48);
    assertThat(json.get("result").toString())
        .isEqualTo("{\"end\":\"COMPLETE\",\"epochs\":3,\"steps\":9}");
    try (StateDict weights = WeightFiles.open(out.resolve("model.safetensors"))) {
      assertThat(json.get("schema").asInt()).isEqualTo(Document.CURRENT);
      assertThat(noted(weights, "mindeye.model", ModelConfig.class)).isEqualTo(json.get("model"));
      assertThat(noted(weights, "mindeye.record", RunRecord.class)).isEqualTo(json.get("record"));
    }
  }

  private static JsonNode noted(StateDict weights, String key, Class<? extends Record> type) {
    Document noted = Document.noted(weights, key).orElseThrow();
    assertThat(noted.root().get("schema").asInt()).isEqualTo(Document.CURRENT);
    return DocumentWriter.fields(noted.as(type));
  }

  @Test
  void should_train_a_backbone_alone() throws IOException {
    assertThat(train("--no-prior", "--no-projector").code()).isZero();

    assertThat(json("run.json").at("/run/config/train/loss/objective/prior").asDouble()).isZero();
    try (StateDict weights = WeightFiles.open(out.resolve("model.safetensors"))) {
      assertThat(weights.names())
          .allMatch(name -> name.startsWith("voxel2clip."))
          .noneMatch(name -> name.contains("projector"));
    }
  }

  @Test
  void should_predict_one_token_of_the_final_layer() throws IOException {
    CommandRun run = train("--final-layer", "--prior-text-slots=3", "--prior-timesteps=20");

    assertThat(run.err()).isEmpty();
    assertThat(json("run.json").at("/run/config/train/loss/objective/prior").asDouble())
        .isEqualTo(0.03);
    assertThat(json("run.json").at("/model/finalLayerPrior/timesteps").asInt()).isEqualTo(20);
    assertThat(json("run.json").at("/model/backbone/space/tokens").asInt()).isEqualTo(1);
  }

  @Test
  void should_leave_out_the_skip_connections() throws IOException {
    assertThat(train("--no-residuals").code()).isZero();
    assertThat(json("run.json").at("/model/backbone/trunk/residuals").asBoolean(true)).isFalse();
  }

  @Test
  void should_write_tables_for_people_and_programs() throws IOException {
    train();

    assertThat(Files.readAllLines(out.resolve("epochs.csv"))).hasSize(1 + 3);
    assertThat(out.resolve("tensorboard")).isDirectoryContaining("glob:**tfevents*");
  }

  @Test
  void should_augment_by_default() throws IOException {
    assertThat(train().err()).isEmpty();
    byte[] augmented = Files.readAllBytes(out.resolve("model.safetensors"));
    out = folder.resolve("plain");

    assertThat(CommandRun.of(world.train(out, "--no-augment")).code()).isZero();
    assertThat(json("run.json").at("/run/config/augment").asBoolean(true)).isFalse();
    assertThat(Files.readAllBytes(out.resolve("model.safetensors"))).isNotEqualTo(augmented);
  }

  @Test
  void should_make_the_same_weights_of_the_same_seed() throws IOException {
    train();
    byte[] once = Files.readAllBytes(out.resolve("model.safetensors"));
    Path other = folder.resolve("other");

    assertThat(CommandRun.of(world.train(other)).code()).isZero();
    assertThat(Files.readAllBytes(other.resolve("model.safetensors"))).isEqualTo(once);
  }

  @Test
  void should_leave_no_native_memory_behind() {
    train();
    LeakCheck.Census before = LeakCheck.census();
    CommandRun.of(world.train(folder.resolve("again")));

    assertThat(LeakCheck.census()).isEqualTo(before);
  }

  @Test
  void should_refuse_options_that_contradict_each_other() {
    assertMisused(
        train("--no-prior", "--objective=prior"),
        "objective: the prior's loss has the weight 30.0 but there is no prior; give the model a"
            + " prior, or its loss the weight 0");
    assertMisused(
        train("--prior", "--objective=contrastive"),
        "prior: nothing would train it, because its loss has the weight 0; give the model no"
            + " prior, or its loss a weight");
    assertMisused(
        CommandRun.of("train", "--no-prior", "--prior-depth=2"),
        "--prior-depth, --prior-heads and the like say nothing with --no-prior");
    assertMisused(
        CommandRun.of("train", "--no-projector", "--projector-width=2"),
        "--projector-width says nothing with --no-projector");
    assertMisused(
        train("--lr-schedule=cosine", "--warmup-epochs=1"),
        "--warmup-epochs is for --lr-schedule cycle");
    assertMisused(train("--prior-text-slots=3"), "--prior-text-slots is for --final-layer");
    assertMisused(
        train("--batch-size=1"),
        "batches.size: a contrastive loss needs at least 2 samples but was 1");
    assertMisused(train("--patience=-1"), "patience: expected at least 0 but was -1");
    assertMisused(train("--keep=0"), "keepNewest: expected at least 1 but was 0");
    assertMisused(train("--hidden=0"), "hidden: expected at least 1 but was 0");
    assertMisused(
        train("--subject=100"),
        "subject 100: expected 1 to 99 (1 to 8 of the Natural Scenes Dataset, above 8 your own)");
  }

  @Test
  void should_ask_for_what_a_run_needs() {
    out = folder.resolve("out");
    assertMisused(CommandRun.of("train"), "a new run needs --data");
    assertMisused(CommandRun.of("train", "--data", folder), "a new run needs --subject");
    assertMisused(
        CommandRun.of("train", "--data", folder, "--subject=99"), "a new run needs --clip");
    assertMisused(
        CommandRun.of("train", "--data", folder, "--subject=99", "--clip", folder),
        "a new run needs --out");
  }

  @Test
  void should_name_what_is_not_there() {
    Path absent = folder.resolve("absent");
    assertNothingRemains(train("--data=" + absent), 1, absent + ": no such file or folder");
    assertNothingRemains(train("--clip=" + absent), 1, absent + ": no such file or folder");
    assertNothingRemains(train("--clip-config=" + absent), 1, absent + ": no such file or folder");
    assertThat(train("--subject=98").err())
        .contains(world.data() + ": expected files of subject 98 but found those of subject 99")
        .hasLineCount(1);
    assertThat(out).doesNotExist();
    assertThat(train("--subject=1").err()).contains("expected files of subject 1 ").hasLineCount(1);
    assertThat(out).doesNotExist();
  }

  @Test
  void should_take_the_towers_shape_from_its_file_or_from_another_that_fits() throws IOException {
    String own = Files.readString(world.shape());
    Path given = folder.resolve("config.json");
    Files.writeString(given, own.replaceFirst("\"hidden\" *: *16", "\"hidden\" : 8"));
    assertNothingRemains(
        train("--clip-config=" + given),
        1,
        world.clip()
            + ": expected a CLIP image tower of hidden 8, intermediate 32, 1 layer, image 64,"
            + " patch 32, projection 8, as the configuration says, but found tensors of hidden 16,"
            + " intermediate 32, 1 layer, image 64, patch 32, projection 8");
    assertThat(train("--clip-config=" + world.clip()).err()).contains("expected a JSON object");

    Files.writeString(given, own.replace("QUICK_GELU", "GELU"));
    assertThat(train("--clip-config=" + given, "--no-augment").code()).isZero();
    assertThat(out.resolve("run.json")).content().contains("\"activation\" : \"GELU\"");
  }

  @Test
  void should_refuse_batches_that_are_never_full() {
    assertNothingRemains(
        train("--batch-size=40", "--accumulation=2"),
        1,
        "training split: a step needs 80 samples (2 batches of 40) but there are 48; use smaller"
            + " batches, or fewer for a step");
  }

  @Test
  void should_refuse_a_device_it_does_not_know() {
    assertThat(train("--device=tpu").err()).contains("device 'tpu': expected cpu or gpu");
    assertThat(out).doesNotExist();
  }

  @Test
  void should_refuse_a_folder_in_use() throws IOException {
    out = folder.resolve("out");
    Files.createDirectories(out);
    Path mine = Files.writeString(out.resolve("notes.txt"), "mine");

    assertThat(train().err().lines())
        .containsExactly("mindeye train: " + out + ": the folder is not empty; choose another one");
    assertThat(mine).hasContent("mine");

    Path started = Files.writeString(out.resolve("run.json"), "{}");
    assertThat(train().err().lines())
        .containsExactly(
            "mindeye train: "
                + out
                + ": there is a run already; continue it with `mindeye train --resume "
                + out
                + "`, or choose another folder");
    assertThat(started).hasContent("{}");

    out = started.resolveSibling("run.json");
    assertThat(CommandRun.of(world.train(out)).err().lines())
        .containsExactly("mindeye train: " + out + ": a file is in the way");
  }

  @Test
  void should_leave_nothing_behind_when_the_first_step_fails() throws IOException {
    CommandRun run = train("--mean-squared-weight=1e300");

    assertThat(run.err().lines()).singleElement().asString().contains("step 0");
    assertThat(run.code()).isEqualTo(1);
    assertThat(out).doesNotExist();
    Files.createDirectories(out);
    assertThat(train("--mean-squared-weight=1e300").code()).isEqualTo(1);
    assertThat(out).isEmptyDirectory();
    Files.delete(out);
    run = train("--clip=" + world.shape());
    assertThat(run.err().lines()).singleElement().asString().contains("clip.json");
    assertThat(run.code()).isEqualTo(1);
    assertThat(out).doesNotExist();
  }
}
