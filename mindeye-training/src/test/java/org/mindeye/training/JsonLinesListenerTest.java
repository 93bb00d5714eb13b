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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.TrainingListener.RunPlan;
import org.mindeye.training.TrainingListener.StepReport;

class JsonLinesListenerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RunPlan PLAN = new RunPlan(TrainingConfig.paper(), 8859, 300, 276, 123);
  private static final ValidationScores SCORES = new ValidationScores(2.5, 0.25, 0.5, 0.75, 300);

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
    log.onStep(new StepReport(0, 0, 3.5, 1.2e-5));
    assertThat(read(file)).hasSize(2);
    log.onEpoch(new EpochReport(0, "BiMixCo", 3.25, SCORES));
    assertThat(read(file)).hasSize(3);
    log.onEnd();

    List<JsonNode> lines = read(file);
    assertThat(lines).hasSize(3);
    JsonNode config = ((ObjectNode) lines.get(0)).remove("config");
    assertThat(lines.get(0).toString())
        .isEqualTo(
            "{\"kind\":\"start\",\"training_samples\":8859,\"validation_samples\":300,"
                + "\"steps_per_epoch\":276,\"parameters\":123}");
    assertThat(config.get("epochs").asInt()).isEqualTo(240);
    assertThat(config.get("decayRule").asText()).isEqualTo("AS_PUBLISHED");
    assertThat(config.get("mixCo").get("alpha").asDouble()).isEqualTo(0.15);
    assertThat(lines.get(1).toString())
        .isEqualTo(
            "{\"kind\":\"step\",\"epoch\":0,\"step\":0,\"loss\":3.5,\"learning_rate\":1.2E-5}");
    assertThat(lines.get(2).toString())
        .isEqualTo(
            "{\"kind\":\"epoch\",\"epoch\":0,\"loss_name\":\"BiMixCo\",\"training_loss\":3.25,"
                + "\"validation\":{\"loss\":2.5,\"cosine\":0.25,\"brainToImage\":0.5,"
                + "\"imageToBrain\":0.75,\"candidates\":300}}");
  }

  @Test
  void should_log_a_whole_run_with_the_numbers_the_trainer_returns() throws IOException {
    Path file = folder.resolve("log.jsonl");
    List<EpochReport> history;
    try (ResidualMlpBackbone backbone = TinyRun.backbone()) {
      history =
          new MindEyeTrainer(TinyRun.config(), new JsonLinesListener(file))
              .train(backbone, TinyRun.training(), TinyRun.validation());
    }

    List<JsonNode> lines = read(file);
    assertThat(lines).hasSize(1 + 16 + 4);
    List<JsonNode> epochs =
        lines.stream().filter(l -> "epoch".equals(l.get("kind").asText())).toList();
    for (int i = 0; i < 4; i++) {
      assertThat(epochs.get(i).get("training_loss").asDouble())
          .isEqualTo(history.get(i).trainingLoss());
      assertThat(epochs.get(i).get("validation").get("brainToImage").asDouble())
          .isEqualTo(history.get(i).validation().brainToImage());
    }
  }

  @Test
  void should_stay_valid_json_when_a_number_is_not_finite() throws IOException {
    Path file = folder.resolve("log.jsonl");
    JsonLinesListener log = new JsonLinesListener(file);
    log.onStart(PLAN);
    log.onStep(new StepReport(0, 0, Double.NaN, Double.POSITIVE_INFINITY));
    log.onEnd();

    assertThat(read(file).get(1).get("loss").asText()).isEqualTo("NaN");
  }

  @Test
  void should_start_anew_with_every_run() throws IOException {
    Path file = folder.resolve("log.jsonl");
    JsonLinesListener log = new JsonLinesListener(file);
    for (int run = 0; run < 2; run++) {
      log.onStart(PLAN);
      log.onStep(new StepReport(0, 0, run, 1));
      log.onEnd();
      log.onEnd();
    }

    assertThat(read(file)).hasSize(2);
    assertThat(read(file).get(1).get("loss").asInt()).isEqualTo(1);
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
}
