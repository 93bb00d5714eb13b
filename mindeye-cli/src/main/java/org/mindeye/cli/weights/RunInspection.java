// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.mindeye.Printable;
import org.mindeye.training.MindEyeWeights;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.TrainedWeights;
import org.mindeye.training.recognition.KnownModels;

/** What was trained in a folder, and where its weights are: for people, and for programs. */
final class RunInspection {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TrainedRun run;
  private final List<String> recognised;
  private final List<Long> steps;
  private final OptionalLong best;
  private final int epochs;
  private final Optional<Path> end;

  RunInspection(TrainedRun run) throws IOException {
    this.run = run;
    steps = run.steps();
    best = run.bestStep();
    epochs = run.history().size();
    end = run.end().map(TrainedWeights::place);
    Optional<TrainedWeights> latest = run.latest();
    Optional<ModelConfig> model =
        latest.isEmpty() ? Optional.empty() : MindEyeWeights.of(latest.get()).model();
    recognised = Inspection.sentences(model.map(KnownModels::of).orElse(List.of()));
  }

  List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(Printable.line(run + ": a run, " + epochs + (epochs == 1 ? " epoch" : " epochs")));
    recognised.forEach(sentence -> lines.add("  is: " + sentence));
    for (long step : steps) {
      boolean isBest = best.isPresent() && best.getAsLong() == step;
      lines.add(
          Printable.line(
              "  step " + step + ": " + run.place(step) + (isBest ? ", the best epoch" : "")));
    }
    end.ifPresent(file -> lines.add(Printable.line("  final weights: " + file)));
    if (steps.isEmpty() && end.isEmpty()) {
      lines.add("  no weights were saved yet");
    }
    return lines;
  }

  String json() throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("folder", run.toString());
    root.put("epochs", epochs);
    root.set("recognised", JSON.valueToTree(recognised));
    ObjectNode checkpoints = root.putObject("steps");
    for (long step : steps) {
      checkpoints.put(Long.toString(step), run.place(step).toString());
    }
    best.ifPresent(step -> root.put("best_step", step));
    end.ifPresent(file -> root.put("final_weights", file.toString()));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }
}
