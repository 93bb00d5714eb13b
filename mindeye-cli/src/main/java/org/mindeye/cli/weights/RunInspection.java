// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.cli.report.Figures;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.weights.StateDict;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.TrainedWeights;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.recognition.KnownModels;

/**
 * What was trained in a folder by whatever recipe, how well, from what, and where its weights are:
 * for people, and for programs.
 */
final class RunInspection {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UNKNOWN = "networks of a recipe that this version does not know";

  private final TrainedRun run;
  private final List<String> recognised;
  private final List<Long> steps;
  private final OptionalLong best;
  private final List<EpochReport> history;
  private final Optional<Path> end;

  /** By title, as they were written. */
  private final Map<String, JsonNode> documents = new LinkedHashMap<>();

  RunInspection(TrainedRun run) throws IOException {
    this.run = run;
    steps = run.steps();
    best = run.bestStep();
    history = run.history();
    end = run.end().map(TrainedWeights::place);
    Optional<TrainedWeights> latest = run.latest();
    recognised = latest.isEmpty() ? List.of() : recognised(latest.get());
    RunFolder folder = RunFolder.at(run.folder());
    if (folder.isDescribed()) {
      documents.put("run", folder.source().root());
    }
    if (latest.isPresent()) {
      for (Map.Entry<String, Document> noted : latest.get().documents().entrySet()) {
        documents.put(noted.getKey().replaceFirst("\\.json$", ""), noted.getValue().root());
      }
    }
  }

  private static List<String> recognised(TrainedWeights weights) throws IOException {
    try (StateDict file = weights.weights()) {
      List<String> sentences = Inspection.sentences(KnownModels.in(file));
      return sentences.isEmpty() ? List.of(UNKNOWN) : sentences;
    }
  }

  /** The newest that was the best so far. */
  private Optional<EpochReport> bestEpoch() {
    return history.stream().filter(EpochReport::best).reduce((earlier, later) -> later);
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(Printable.line(run + ": a run, " + Plural.of(history.size(), "epoch")));
    recognised.forEach(sentence -> lines.add("  is: " + Printable.line(sentence)));
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
    bestEpoch()
        .ifPresent(
            epoch -> {
              String title = "the best epoch, " + (epoch.epoch() + 1);
              section(lines, title + ", in training", DocumentWriter.fields(epoch.training()));
              section(lines, title + ", in validation", DocumentWriter.fields(epoch.validation()));
            });
    documents.forEach((title, document) -> section(lines, title, document));
    return lines;
  }

  private static void section(List<String> lines, String title, JsonNode values) {
    lines.add(Printable.line(title + ":"));
    Figures.fields(values)
        .forEach((name, value) -> lines.add(Printable.line("  " + name + " = " + value)));
  }

  String json() throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("folder", run.toString());
    root.put("epochs", history.size());
    root.set("recognised", JSON.valueToTree(recognised));
    ObjectNode checkpoints = root.putObject("steps");
    for (long step : steps) {
      checkpoints.put(Long.toString(step), run.place(step).toString());
    }
    best.ifPresent(step -> root.put("best_step", step));
    end.ifPresent(file -> root.put("final_weights", file.toString()));
    bestEpoch().ifPresent(epoch -> root.set("best_epoch", DocumentWriter.fields(epoch)));
    root.set("documents", JSON.valueToTree(documents));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }
}
