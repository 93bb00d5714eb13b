package org.mindeye.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes one JSON object per line: a {@code start} record, one {@code step} record per optimiser
 * step, one {@code epoch} record per epoch. Every line is flushed, so the file can be watched, and
 * is complete up to the last line if the process dies.
 */
public final class JsonLinesListener implements TrainingListener {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private BufferedWriter writer;

  /**
   * Creates a listener.
   *
   * @param file written anew when the run starts; its folder must exist
   */
  public JsonLinesListener(Path file) {
    this.file = file;
  }

  @Override
  public void onStart(RunPlan plan) {
    try {
      writer = Files.newBufferedWriter(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the training log " + file, e);
    }
    Map<String, Object> line = line("start");
    line.put("config", plan.config());
    line.put("training_samples", plan.trainingSamples());
    line.put("validation_samples", plan.validationSamples());
    line.put("steps_per_epoch", plan.stepsPerEpoch());
    line.put("parameters", plan.parameters());
    write(line);
  }

  @Override
  public void onStep(StepReport report) {
    Map<String, Object> line = line("step");
    line.put("epoch", report.epoch());
    line.put("step", report.step());
    line.put("loss", report.loss());
    line.put("learning_rate", report.learningRate());
    write(line);
  }

  @Override
  public void onEpoch(EpochReport report) {
    Map<String, Object> line = line("epoch");
    line.put("epoch", report.epoch());
    line.put("loss_name", report.lossName());
    line.put("training", report.training());
    line.put("validation", report.validation());
    write(line);
  }

  @Override
  public void onEnd() {
    if (writer != null) {
      try {
        writer.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot finish the training log " + file, e);
      } finally {
        writer = null;
      }
    }
  }

  private static Map<String, Object> line(String kind) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("kind", kind);
    return line;
  }

  private void write(Map<String, Object> line) {
    try {
      writer.write(JSON.writeValueAsString(line));
      writer.newLine();
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the training log " + file, e);
    }
  }
}
