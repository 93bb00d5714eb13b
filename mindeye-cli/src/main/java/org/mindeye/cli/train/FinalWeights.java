// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.MindEyeException;
import org.mindeye.cli.config.ConfigFile;
import org.mindeye.training.RunRecord;
import org.mindeye.training.TrainingListener.EpochReport;

/**
 * A finished run without checkpoints, as the quickstart leaves it: description, log and the weights
 * of the last epoch.
 *
 * @param folder of the run
 */
record FinalWeights(RunFolder folder) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether there are weights, and nothing else to choose from. */
  boolean areAllThereIs() {
    return !Files.isDirectory(folder.checkpoints()) && Files.exists(folder.weights());
  }

  /** Refuses a step that somebody asked for. */
  void requireNoStep(Long asked) {
    if (asked != null) {
      throw new MindEyeException(
          folder.folder()
              + ": there are no checkpoints but the weights of the last epoch; leave --step out");
    }
  }

  TrainedModel load(boolean withPrior, Device device) throws IOException {
    return TrainedModel.load(folder.weights(), withPrior, device);
  }

  /** Who trained them from what. */
  RunRecord record() throws IOException {
    return JSON.treeToValue(
        ConfigFile.open(folder.description()).part("record").root(), RunRecord.class);
  }

  /** How many steps they were trained. */
  long steps() throws IOException {
    return ConfigFile.open(folder.description()).root().at("/result/steps").asLong();
  }

  /** Every epoch, from the log. */
  List<EpochReport> history() throws IOException {
    List<EpochReport> history = new ArrayList<>();
    for (String line : Files.readAllLines(folder.log())) {
      JsonNode entry = JSON.readTree(line);
      if (entry.path("kind").asText().equals("epoch")) {
        history.add(epoch(entry));
      }
    }
    return history;
  }

  private static EpochReport epoch(JsonNode entry) throws IOException {
    ObjectNode report = JSON.createObjectNode();
    report.set("epoch", entry.get("epoch"));
    report.set("lossName", entry.get("loss_name"));
    report.set("training", entry.get("training"));
    report.set("validation", entry.get("validation"));
    report.set("best", entry.get("best"));
    return JSON.treeToValue(report, EpochReport.class);
  }
}
