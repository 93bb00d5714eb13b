// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.mindeye.training.checkpoint.Checkpoint;

/** What a run of the published recipe is: configuration, shape of the networks, and record. */
final class RunDescription implements RunIdentity {
  static final String CONFIG = "config.json";
  static final String MODEL = "model.json";
  static final String RECORD = "record.json";

  private final TrainingConfig config;
  private final ModelConfig model;
  private final Supplier<RunRecord> recorded;
  private RunRecord record;

  /**
   * Describes a run.
   *
   * @param recorded what is trained, from what and where; reads all data, and is called only for
   *     checkpoints
   */
  RunDescription(TrainingConfig config, ModelConfig model, Supplier<RunRecord> recorded) {
    this.config = config;
    this.model = model;
    this.recorded = recorded;
  }

  @Override
  public Object config() {
    return config;
  }

  private RunRecord record() {
    if (record == null) {
      record = recorded.get();
    }
    return record;
  }

  @Override
  public Map<String, Object> documents() {
    Map<String, Object> documents = new LinkedHashMap<>();
    documents.put(CONFIG, config);
    documents.put(MODEL, model);
    documents.put(RECORD, record());
    return documents;
  }

  @Override
  public Map<String, String> metadata() {
    return new Provenance(config, model, record()).metadata();
  }

  /** Reads a checkpoint's recipe. */
  static TrainingConfig config(Checkpoint checkpoint) throws IOException {
    return RunDocuments.read(checkpoint, CONFIG, TrainingConfig.class);
  }

  /** Reads the shape of a checkpoint's networks. */
  static ModelConfig model(Checkpoint checkpoint) throws IOException {
    return RunDocuments.read(checkpoint, MODEL, ModelConfig.class);
  }

  /** Reads the record of a checkpoint. */
  static RunRecord record(Checkpoint checkpoint) throws IOException {
    return RunDocuments.read(checkpoint, RECORD, RunRecord.class);
  }

  /** Early checkpoints of version 0.1.0 do not name it: they are of the paper's recipe. */
  static SelectionRule selection(Checkpoint checkpoint) throws IOException {
    return checkpoint.has(RunDocuments.SELECTION)
        ? RunDocuments.read(checkpoint, RunDocuments.SELECTION, SelectionRule.class)
        : config(checkpoint).validation().rule();
  }

  /** The length may differ, but not whatever follows from it. */
  private static JsonNode withEpochs(Checkpoint checkpoint, int epochs) throws IOException {
    ObjectNode saved = (ObjectNode) RunDocuments.tree(checkpoint, CONFIG, TrainingConfig.class);
    return saved.put("epochs", epochs);
  }

  /** Refuses another length of the run if it would have been another run so far. */
  static void requireExtendable(Checkpoint checkpoint, int epochs) throws IOException {
    TrainingConfig begun = config(checkpoint);
    int samples = record(checkpoint).training().samples();
    int steps = samples / begun.batches().size() / begun.optimizer().accumulation();
    new RunExtension(begun, begun.withEpochs(epochs))
        .require(checkpoint.folder().toString(), RunDocuments.state(checkpoint), steps);
  }

  /** Refuses a checkpoint of another run; device and versions may differ, but then bits may too. */
  @Override
  public void requireSame(Checkpoint checkpoint, RunState state, int stepsPerEpoch)
      throws IOException {
    Map<String, String> differences =
        new Differences()
            .compare("config", withEpochs(checkpoint, config.epochs()), config)
            .compare("model", RunDocuments.tree(checkpoint, MODEL, ModelConfig.class), model)
            .found();
    differences.putAll(record(checkpoint).differencesTo(record()));
    RunIdentity.requireNone(checkpoint, differences);
    new RunExtension(config(checkpoint), config)
        .require(checkpoint.folder().toString(), state, stepsPerEpoch);
  }
}
