package org.mindeye.examples.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.examples.CommandRun;
import org.mindeye.testkit.LeakCheck;

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
    assertThat(report.get("best").asBoolean()).isTrue();
    assertThat(report.at("/test/pool_size").asInt()).isEqualTo(24);
    assertThat(report.at("/test/mindeye/brain_to_image/all_top1").asDouble()).isBetween(0.0, 1.0);
    assertThat(report.get("history")).hasSize(3);
    assertThat(report.get("record")).isEqualTo(json("run.json").get("record"));
    assertThat(Files.readString(run.resolve("report.json"))).doesNotContain(place.toString());
  }

  @Test
  void should_show_everything_to_people() throws IOException {
    assertThat(Files.readString(run.resolve("report.html")))
        .contains(
            "Subject 99, all tokens, step ", "Missed: the worst ranks of all", "Who made these")
        .contains(json("run.json").at("/record/training/sha256").asText(), "train.batchSize")
        .contains("train.freezing.only", ">[]<")
        .doesNotContain("<script", "http://", "https://", place.toString());
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

  @Test
  void should_refuse_what_is_no_run() throws IOException {
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
