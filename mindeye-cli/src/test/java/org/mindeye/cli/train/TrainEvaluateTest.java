// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.evaluation.results.Metric;
import org.mindeye.evaluation.results.ScoreTable;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.checkpoint.CheckpointStore;

class TrainEvaluateTest {
  private static final String WEIGHTS = "/record/targets/validationEncoder/weights";

  @TempDir private static Path place;
  @TempDir private Path folder;

  private static Path run;
  private static CommandRun evaluated;

  @BeforeAll
  static void train() throws IOException {
    run = place.resolve("run");
    assertThat(CommandRun.of(TinyWorld.in(place).train(run)).code()).isZero();
    evaluated = CommandRun.of("evaluate-run", run);
  }

  private static JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(run.resolve(file).toFile());
  }

  @Test
  void should_report_the_scores() throws IOException {
    assertThat(evaluated.err()).isEmpty();
    assertThat(evaluated.code()).isZero();
    assertThat(evaluated.out())
        .containsPattern(
            "step \\d, top-1 among all 24 test images \\(95 % interval of another draw")
        .containsPattern("MindEye +\\d+\\.\\d % \\[")
        .containsPattern("Chance +4\\.2 %")
        .contains("report: " + run.resolve("report.html"));
    JsonNode report = json("report.json");
    assertThat(
            ScoreTable.read(run.resolve("scores.json"))
                .methods()
                .get(0)
                .score(Metric.BRAIN_TO_IMAGE)
                .orElseThrow()
                .value())
        .isEqualTo(report.at("/test/mindeye/brain_to_image/all_top1").asDouble());
    assertThat(report.get("best").asBoolean()).isTrue();
    assertThat(report.at("/test/pool_size").asInt()).isEqualTo(24);
    assertThat(report.at("/test/mindeye/brain_to_image/all_top1").asDouble()).isBetween(0.0, 1.0);
    assertThat(report.at("/test/ridge/image_to_brain/all_top1").asDouble()).isBetween(0.0, 1.0);
    assertThat(report.at("/comparison/brain_to_image/p_value").asDouble()).isBetween(0.0, 1.0);
    assertThat(report.at("/prior/one_sample/cosine").asDouble()).isBetween(-1.0, 1.0);
    assertThat(report.at("/prior/reference_split").asText()).isEqualTo("train");
    assertThat(report.get("left_out")).isNull();
    assertThat(report.get("history")).hasSize(3);
    assertThat(report.get("record")).isEqualTo(json("run.json").get("record"));
    assertThat(Files.readString(run.resolve("report.json"))).doesNotContain(place.toString());
  }

  @Test
  void should_show_everything_to_people() throws IOException {
    assertThat(Files.readString(run.resolve("report.html")))
        .contains(
            "Subject 99, all tokens, step ",
            "Missed: those with the worst ranks",
            "How these weights")
        .contains(json("run.json").at("/record/training/sha256").asText(), "train.batches.size")
        .contains("train.freezing.only", ">[]<")
        .containsOnlyOnce("<script>")
        .doesNotContain("http://", "https://", place.toString());
  }

  @Test
  void should_leave_out_what_is_not_wanted() throws IOException {
    CommandRun some = CommandRun.of("evaluate-run", run, "--no-ridge", "--out", folder);

    assertThat(some.err()).isEmpty();
    assertThat(some.out()).contains("left out: ridge regression, as --no-ridge asks");
    JsonNode report = new ObjectMapper().readTree(folder.resolve("report.json").toFile());
    assertThat(report.get("comparison")).isNull();
    assertThat(report.at("/prior/reference_split").asText()).isEqualTo("test");
    assertThat(report.at("/ranks/mindeye")).isEqualTo(json("report.json").at("/ranks/mindeye"));
    CommandRun.of("evaluate-run", run, "--no-prior", "--ridge", "--out", folder);
    assertThat(new ObjectMapper().readTree(folder.resolve("report.json").toFile()).get("prior"))
        .isNull();
  }

  @Test
  void should_score_in_another_format_and_say_so() throws IOException {
    CommandRun half =
        CommandRun.of("evaluate-run", run, "--no-ridge", "--precision=bfloat16", "--out", folder);

    assertThat(half.err()).isEmpty();
    JsonNode report = new ObjectMapper().readTree(folder.resolve("report.json").toFile());
    assertThat(report.get("precision").asText()).isEqualTo("BFLOAT16");
    assertThat(json("report.json").get("precision").asText()).isEqualTo("FLOAT32");
    assertThat(report.at("/prior/one_sample/cosine").asDouble())
        .isCloseTo(json("report.json").at("/prior/one_sample/cosine").asDouble(), within(0.05));
    CommandRun integers = CommandRun.of("evaluate-run", run, "--precision=int8_weights");
    assertThat(integers.code()).isEqualTo(2);
    assertThat(integers.err())
        .contains("INT8_WEIGHTS is for the backbone alone; give --no-prior, or BFLOAT16");
    assertThat(
            CommandRun.of(
                    "evaluate-run",
                    run,
                    "--no-ridge",
                    "--no-prior",
                    "--precision=int8_weights",
                    "--out",
                    folder)
                .err())
        .isEmpty();
    report = new ObjectMapper().readTree(folder.resolve("report.json").toFile());
    assertThat(report.get("precision").asText()).isEqualTo("INT8_WEIGHTS");
  }

  @Test
  void should_score_a_checkpoint_asked_for() throws IOException {
    assertThat(CommandRun.of("evaluate-run", run, "--step=9").err()).isEmpty();
    assertThat(json("report.json").get("step").asInt()).isEqualTo(9);

    CommandRun absent = CommandRun.of("evaluate-run", run, "--step=4");
    assertThat(absent.err()).contains("no checkpoint of step 4 but [").hasLineCount(1);
    assertThat(absent.code()).isEqualTo(1);
    CommandRun.of("evaluate-run", run);
  }

  @Test
  void should_refuse_test_images_that_were_learned_from() throws IOException {
    TinyWorld other = TinyWorld.in(folder);
    Files.copy(
        other.data().resolve("train/train_subj99_0.tar"),
        other.data().resolve("test/test_subj99_0.tar"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.delete(other.data().resolve("metadata_subj99.json"));
    byte[] report = Files.readAllBytes(run.resolve("report.json"));

    CommandRun refused = CommandRun.of("evaluate-run", run, "--data", other.data());

    assertThat(refused.err()).hasLineCount(1).contains("remove them from one of the splits");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(run.resolve("report.json")).hasBinaryContent(report);
  }

  @Test
  void should_refuse_another_encoder_than_the_run_was_trained_with() throws IOException {
    Path other = TinyWorld.otherClip(folder.resolve("other.safetensors"));
    byte[] report = Files.readAllBytes(run.resolve("report.json"));

    CommandRun refused = CommandRun.of("evaluate-run", run, "--clip", other);

    assertThat(refused.err())
        .hasLineCount(1)
        .contains(other + ": the run was trained and judged with another CLIP encoder")
        .contains("encoder.weights=\"" + json("run.json").at(WEIGHTS).asText() + "\" there, \"");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(run.resolve("report.json")).hasBinaryContent(report);
  }

  private Path copy() throws IOException {
    Path copy = folder.resolve("copy");
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(run.relativize(file).toString()));
      }
    }
    Files.delete(copy.resolve("report.html"));
    Files.delete(copy.resolve("report.json"));
    return copy;
  }

  @Test
  void should_score_beside_a_training_and_change_nothing() throws IOException {
    Path copy = copy();
    Path reports = Files.createDirectory(folder.resolve("reports"));
    try (FolderLock training = RunFolder.at(copy).reopen();
        CheckpointStore store = CheckpointStore.open(copy.resolve("checkpoints"))) {
      List<String> before = listing(copy);

      CommandRun scored = CommandRun.of("evaluate-run", copy, "--out", reports);

      assertThat(scored.err()).isEmpty();
      assertThat(scored.out()).contains("report: " + reports.resolve("report.html"));
      assertThat(listing(copy)).isEqualTo(before);
      assertThat(reports).isDirectoryContaining("glob:**/report.json");
      assertThat(CommandRun.of(embedding(copy.resolve("checkpoints/step-000000009"))).err())
          .isEmpty();
      assertThat(listing(copy)).isEqualTo(before);
      assertThat(store.steps()).contains(9L);
    }
    Path made = folder.resolve("made");
    assertThat(CommandRun.of("evaluate-run", copy, "--no-ridge", "--out", made).err()).isEmpty();
    assertThat(made).isDirectoryContaining("glob:**/report.json");
    Path none = folder.resolve("none");
    assertThat(CommandRun.of("evaluate-run", copy, "--out", none.resolve("deep")).err().lines())
        .containsExactly(
            "mindeye evaluate-run: " + none.resolve("deep") + ": its folder does not exist");
    Path file = Files.writeString(none, "mine");
    assertThat(CommandRun.of("evaluate-run", copy, "--out", file).err().lines())
        .containsExactly("mindeye evaluate-run: " + file + ": not a folder");
  }

  private Object[] embedding(Path weights) throws IOException {
    RunSource source = RunSource.of(RunFolder.at(run));
    return new Object[] {
      "embed",
      "--weights=" + weights,
      "--data=" + source.data(),
      "--subject=99",
      "--split=test",
      "--out=" + folder.resolve("tokens.npz")
    };
  }

  private static List<String> listing(Path folder) throws IOException {
    List<String> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted().toList()) {
        all.add(file + " " + Files.getLastModifiedTime(file) + " " + Files.size(file));
      }
    }
    return all;
  }

  @Test
  void should_score_a_run_in_a_folder_that_cannot_be_written() throws IOException {
    Path copy = copy();
    assumeTrue(copy.toFile().setWritable(false) && !Files.isWritable(copy), "needs permissions");
    try {
      CommandRun scored = CommandRun.of("evaluate-run", copy);

      assertThat(scored.err()).isEmpty();
      assertThat(scored.out())
          .contains("no report: " + copy + " cannot be written; --out says where else");
    } finally {
      copy.toFile().setWritable(true);
    }
  }

  @Test
  void should_offer_the_next_best_where_the_best_epoch_is_damaged() throws IOException {
    Path copy = copy();
    long best = TrainedRun.open(copy.resolve("checkpoints")).bestStep().orElseThrow();
    Path damaged = copy.resolve("checkpoints/step-00000000" + best + "/model.safetensors");
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length / 2] ^= 1;
    Files.write(damaged, bytes);

    CommandRun refused = CommandRun.of("evaluate-run", copy);

    assertThat(refused.err())
        .hasLineCount(1)
        .startsWith("mindeye evaluate-run: " + damaged + ": expected the SHA-256 sum")
        .containsPattern(
            "It is the best epoch's; the next best that is intact is epoch \\d: --step");
    String step = refused.err().strip().replaceFirst(".*--step ", "");
    assertThat(CommandRun.of("evaluate-run", copy, "--step", step).err()).isEmpty();

    Files.delete(copy.resolve("checkpoints/best"));
    assertThat(CommandRun.of("evaluate-run", copy, "--step", step).code()).isZero();
    assertThat(copy.resolve("checkpoints/best")).doesNotExist();
  }

  @Test
  void should_refuse_what_is_not_a_run() throws IOException {
    Path none = folder.resolve("none");
    assertThat(CommandRun.of("evaluate-run", none).err().lines())
        .containsExactly("mindeye evaluate-run: " + none + ": no such folder");
    Path file = run.resolve("run.json");
    assertThat(CommandRun.of("evaluate-run", file).err().lines())
        .containsExactly("mindeye evaluate-run: " + file + ": a file; give the folder of a run");
    assertThat(CommandRun.of("evaluate-run", folder).err().lines())
        .containsExactly(
            "mindeye evaluate-run: "
                + folder.resolve("run.json")
                + ": no run was started in this folder");
    Files.copy(run.resolve("run.json"), folder.resolve("run.json"));
    assertThat(CommandRun.of("evaluate-run", folder).err().lines())
        .containsExactly(
            "mindeye evaluate-run: "
                + folder.resolve("checkpoints")
                + ": the run has not been saved yet");
    Files.createDirectories(folder.resolve("checkpoints"));
    assertThat(CommandRun.of("evaluate-run", folder).err())
        .contains("no epoch is done yet, so there is no best one; choose one of the steps []");
    assertThat(CommandRun.of("evaluate-run").code()).isEqualTo(2);
    assertThat(CommandRun.of("evaluate-run", run, "--device=tpu").code()).isEqualTo(2);
    assertThat(folder.resolve("report.html")).doesNotExist();
  }

  @Test
  void should_leave_no_native_memory_behind() {
    LeakCheck.Census before = LeakCheck.census();
    CommandRun.of("evaluate-run", run);

    assertThat(LeakCheck.census()).isEqualTo(before);
  }
}
