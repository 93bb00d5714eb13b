// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.TrainingListener.RunPlan;
import org.mindeye.training.TrainingListener.StepReport;

class JsonLinesListenerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RunPlan PLAN =
      Reports.plan(TrainingConfig.paper(), new RunLength(240, 276, 8859, 300), 123, RunStart.NEW);

  private static final String GAP_0_TO_2 = "{\"kind\":\"gap\",\"first_step\":0,\"last_step\":2}";

  @TempDir private Path folder;

  private static List<JsonNode> read(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void should_write_one_object_per_line_at_once() throws IOException {
    Path file = folder.resolve("log.jsonl");
    JsonLinesListener log = new JsonLinesListener(file);

    log.onStart(PLAN);
    assertThat(read(file)).hasSize(1);
    log.onStep(new StepReport(0, 0, Reports.loss(3.5, 0.5, 0.1, 0), 0.75, 1.2e-5));
    assertThat(read(file)).hasSize(2);
    log.onEpoch(Reports.epoch(0));
    assertThat(read(file)).hasSize(3);
    log.onEnd();

    List<JsonNode> lines = read(file);
    assertThat(lines).hasSize(3);
    JsonNode config = ((ObjectNode) lines.get(0)).remove("config");
    assertThat(lines.get(0).toString())
        .isEqualTo(
            "{\"kind\":\"start\",\"training_samples\":8859,\"validation_samples\":300,"
                + "\"steps_per_epoch\":276,\"parameters\":123,\"first_step\":0}");
    assertThat(config.get("epochs").asInt()).isEqualTo(240);
    assertThat(config.at("/optimizer/decayRule").asText()).isEqualTo("AS_PUBLISHED");
    assertThat(config.at("/loss/contrastive/mixCo/alpha").asDouble()).isEqualTo(0.15);
    assertThat(lines.get(1).toString())
        .isEqualTo(
            "{\"kind\":\"step\",\"epoch\":0,\"step\":0,\"loss\":{\"total\":3.5,\"contrastive\":0.5,"
                + "\"prior\":0.1,\"meanSquared\":0.0},\"gradient_norm\":0.75,"
                + "\"learning_rate\":1.2E-5}");
    assertThat(lines.get(2).toString())
        .isEqualTo(
            "{\"kind\":\"epoch\",\"epoch\":0,\"loss_name\":\"BiMixCo\",\"training\":{\"total\":3.25,"
                + "\"contrastive\":0.25,\"prior\":0.1,\"meanSquared\":0.0},\"validation\":{\"losses\":"
                + "{\"total\":2.5,\"contrastive\":0.5,\"prior\":0.2,\"meanSquared\":0.0},"
                + "\"cosine\":0.25,\"brainToImage\":0.5,\"imageToBrain\":0.75,\"candidates\":300},"
                + "\"best\":true}");
  }

  @Test
  void should_log_a_whole_run_with_the_numbers_the_trainer_returns() throws IOException {
    Path file = folder.resolve("log.jsonl");
    List<EpochReport> history;
    try (MindEyeModel model = TinyRun.model()) {
      history =
          new MindEyeTrainer(TinyRun.config(), new JsonLinesListener(file))
              .train(model, TinyRun.training(), TinyRun.validation())
              .history();
    }

    List<JsonNode> lines = read(file);
    assertThat(lines).hasSize(1 + 16 + 4);
    List<JsonNode> epochs =
        lines.stream().filter(l -> "epoch".equals(l.get("kind").asText())).toList();
    for (int i = 0; i < 4; i++) {
      assertThat(epochs.get(i).at("/training/total").asDouble())
          .isEqualTo(history.get(i).training().value("total"));
      assertThat(epochs.get(i).get("validation").get("brainToImage").asDouble())
          .isEqualTo(history.get(i).validation().value("brainToImage"));
    }
  }

  @Test
  void should_stay_valid_json_when_a_number_is_not_finite() throws IOException {
    Path file = folder.resolve("log.jsonl");
    JsonLinesListener log = new JsonLinesListener(file);
    log.onStart(PLAN);
    log.onStep(
        new StepReport(0, 0, Reports.loss(Double.NaN, 0, 0, 0), 1, Double.POSITIVE_INFINITY));
    log.onEnd();

    assertThat(read(file).get(1).at("/loss/total").asText()).isEqualTo("NaN");
  }

  @Test
  void should_start_again_with_every_run() throws IOException {
    Path file = folder.resolve("log.jsonl");
    JsonLinesListener log = new JsonLinesListener(file);
    for (int run = 0; run < 2; run++) {
      log.onStart(PLAN);
      log.onStep(new StepReport(0, 0, Reports.loss(run, 0, 0, 0), 1, 1));
      log.onEnd();
      log.onEnd();
    }

    assertThat(read(file)).hasSize(2);
    assertThat(read(file).get(1).at("/loss/total").asInt()).isEqualTo(1);
  }

  @Test
  void should_name_the_file_it_cannot_write() {
    Path file = folder.resolve("missing").resolve("log.jsonl");
    JsonLinesListener log = new JsonLinesListener(file);

    assertThatThrownBy(() -> log.onStart(PLAN))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot write the training log " + file)
        .hasCauseInstanceOf(NoSuchFileException.class);
    log.onEnd();
  }

  private static List<String> places(Path file) throws IOException {
    return read(file).stream()
        .map(l -> l.get("kind").asText() + " " + firstOf(l, "step", "epoch", "first_step"))
        .toList();
  }

  private static long firstOf(JsonNode line, String... keys) {
    return Stream.of(keys).filter(line::has).findFirst().map(key -> line.get(key).asLong()).get();
  }

  /** Epochs of two steps, from one step to another. */
  private static void run(Path file, long first, long last) {
    JsonLinesListener log = new JsonLinesListener(file);
    Reports.run(log, first, last);
  }

  @Test
  void should_go_on_where_a_resumed_run_does() throws IOException {
    Path file = folder.resolve("log.jsonl");
    run(file, 0, 4);
    Files.writeString(file, "{\"kind\":\"step\",\"ep", StandardOpenOption.APPEND);
    run(file, 3, 5);

    assertThat(places(file))
        .containsExactly(
            "start 0", "step 0", "step 1", "epoch 0", "step 2", "start 3", "step 3", "epoch 1",
            "step 4", "step 5", "epoch 2");
  }

  @Test
  void should_go_on_from_an_older_place_or_the_same() throws IOException {
    Path file = folder.resolve("log.jsonl");
    run(file, 0, 4);
    run(file, 4, 5);
    run(file, 2, 2);
    run(file, 2, 1);
    run(file, 2, 3);

    assertThat(places(file))
        .containsExactly(
            "start 0", "step 0", "step 1", "epoch 0", "start 2", "step 2", "step 3", "epoch 1");
  }

  @Test
  void should_resume_with_a_half_line_after_what_is_kept() throws IOException {
    Path file = folder.resolve("log.jsonl");
    run(file, 0, 2);
    Files.writeString(file, "{\"kind\":", StandardOpenOption.APPEND);
    run(file, 3, 3);

    assertThat(places(file))
        .containsExactly(
            "start 0", "step 0", "step 1", "epoch 0", "step 2", "start 3", "step 3", "epoch 1");
  }

  @Test
  void should_repair_a_log_when_a_run_is_resumed_without_one() throws IOException {
    Path file = folder.resolve("log.jsonl");
    run(file, 3, 3);

    assertThat(places(file)).containsExactly("gap 0", "epoch 0", "start 3", "step 3", "epoch 1");
    assertThat(read(file).get(0)).hasToString(GAP_0_TO_2);
  }

  @Test
  void should_repair_a_log_that_was_cut() throws IOException {
    Path file = folder.resolve("log.jsonl");
    run(file, 0, 7);
    Files.write(file, Files.readAllLines(file).subList(0, 6)); // up to step 3
    run(file, 8, 8);

    assertThat(places(file))
        .containsExactly(
            "start 0", "step 0", "step 1", "epoch 0", "step 2", "step 3", "gap 4", "epoch 1",
            "epoch 2", "epoch 3", "start 8", "step 8");
    run(file, 6, 6); // the checkpoint of step 8 was damaged: less is behind the run
    assertThat(places(file))
        .containsExactly(
            "start 0", "step 0", "step 1", "epoch 0", "step 2", "step 3", "gap 4", "epoch 1",
            "epoch 2", "start 6", "step 6");
    assertThat(read(file).get(6).get("last_step").asInt()).isEqualTo(5);
  }

  @Test
  void should_leave_a_file_that_is_not_a_log_alone() throws IOException {
    Path file = folder.resolve("notes.txt");
    for (String line :
        List.of("{\"kind\":\"start\"}\r\nmy notes", "{}\n" + "[" + "1,".repeat(99))) {
      Files.writeString(file, line + "\n");
      assertThatThrownBy(() -> run(file, 1, 1)).isInstanceOf(MindEyeException.class);
      assertThat(file).hasContent(line);
    }
    assertThatThrownBy(() -> run(file, 1, 1))
        .hasMessage(
            "cannot continue the training log "
                + file
                + ": line 1: expected a record of kind start, step, gap or epoch but was '{}'; move the"
                + " file away and a new one is started");
    Files.writeString(file, "x".repeat(100) + "\n");
    assertThatThrownBy(() -> run(file, 1, 1))
        .hasMessage(
            "cannot continue the training log "
                + file
                + ": line 1: expected a JSON object but was '"
                + "x".repeat(80)
                + "...'; move the file away and a new one is started");
  }
}
