// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.MindEyeException;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.Migration;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.LineLog.About;

/**
 * Writes one JSON object per line: a {@code start} record, one {@code step} record per optimiser
 * step, one {@code epoch} record per epoch. Every line is flushed, so the file can be watched, and
 * is complete up to the last line if the process dies.
 *
 * <p>A resumed run appends to the file, with a {@code start} record of its own, after cutting the
 * records of steps and epochs that it will do again: no step or epoch is in the file twice. What
 * was cut off or lost of the file is noted by a {@code gap} record with the steps it does not
 * report of; the records of its epochs are written again, from the history in the checkpoint.
 */
public final class JsonLinesListener implements TrainingListener {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private LineLog log;

  /**
   * Creates a listener.
   *
   * @param file replaced when a run starts with its first step, and when a run is resumed without
   *     it; its folder must exist
   */
  public JsonLinesListener(Path file) {
    this.file = file;
  }

  /**
   * Reads the epochs back that were written.
   *
   * @param file a log of this listener
   * @return from the first
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is no such log; says which line
   */
  public static List<EpochReport> epochs(Path file) throws IOException {
    List<EpochReport> epochs = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      try {
        JsonNode line = JSON.readTree(lines.get(i));
        if (line.path("kind").asText().equals("epoch")) {
          epochs.add(epoch(file + ": line " + (i + 1), line));
        }
      } catch (JsonProcessingException e) {
        MalformedFileException error =
            new MalformedFileException(
                file + ": line " + (i + 1), "a line of a training log", e.getOriginalMessage());
        error.initCause(e);
        throw error;
      }
    }
    return epochs;
  }

  private static EpochReport epoch(String place, JsonNode line) {
    ObjectNode report = JSON.createObjectNode();
    report.setAll((ObjectNode) line);
    report.remove("kind");
    Migration.rename(report, "loss_name", "lossName");
    return Document.of(place, "a JSON object", report).as(EpochReport.class);
  }

  /**
   * Opens the file.
   *
   * @throws UncheckedIOException if the file cannot be written; names it
   * @throws MindEyeException if the run is resumed and the file is no such log; says which line
   */
  @Override
  public void onStart(RunPlan plan) {
    log = LineLog.open(file, plan, (number, record) -> about(record, plan));
    if (log.warnOfGap(plan)) {
      Map<String, Object> gap = line("gap");
      gap.put("first_step", log.lastStep() + 1);
      gap.put("last_step", plan.firstStep() - 1);
      write(gap);
    }
    log.missing(plan).forEach(this::onEpoch);
    Map<String, Object> line = line("start");
    line.put("config", plan.config());
    line.put("training_samples", plan.length().trainingSamples());
    line.put("validation_samples", plan.length().validationSamples());
    line.put("steps_per_epoch", plan.length().stepsPerEpoch());
    line.put("parameters", plan.parameters());
    line.put("first_step", plan.firstStep());
    write(line);
  }

  @Override
  public void onStep(StepReport report) {
    Map<String, Object> line = line("step");
    line.put("epoch", report.epoch());
    line.put("step", report.step());
    line.put("loss", report.loss());
    line.put("gradient_norm", report.gradientNorm());
    line.put("learning_rate", report.learningRate());
    write(line);
  }

  @Override
  public void onEpoch(EpochReport report) {
    Map<String, Object> line = line("epoch");
    line.put("epoch", report.epoch());
    line.put("loss_name", report.lossName());
    line.put("training", report.training());
    line.put("validation", report.nestedValidation());
    line.put("best", report.best());
    write(line);
  }

  @Override
  public void onEnd() {
    if (log != null) {
      LineLog ended = log;
      log = null;
      ended.close();
    }
  }

  private static Map<String, Object> line(String kind) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("kind", kind);
    return line;
  }

  private void write(Map<String, Object> line) {
    try {
      log.write(JSON.writeValueAsString(line));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot write the training log " + file, e);
    }
  }

  private static About about(String line, RunPlan plan) {
    JsonNode record;
    try {
      record = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a JSON object", e);
    }
    String kind = record.path("kind").asText();
    return switch (kind) {
      case "start" -> About.start(record.path("first_step").asLong(0));
      case "step" -> About.step(record.path("step").asLong());
      case "gap" -> About.step(record.path("last_step").asLong());
      case "epoch" -> About.epoch(record.path("epoch").asLong(), plan);
      default -> throw new IllegalArgumentException("a record of kind start, step, gap or epoch");
    };
  }
}
