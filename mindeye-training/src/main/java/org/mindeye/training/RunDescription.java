package org.mindeye.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mindeye.core.MindEyeException;
import org.mindeye.core.weights.MalformedFileException;
import org.mindeye.training.checkpoint.Checkpoint;

/**
 * What a run is, beside its tensors: the documents of a checkpoint.
 *
 * @param config the recipe
 * @param model the shape of the networks
 * @param record who trains what where
 */
record RunDescription(TrainingConfig config, ModelConfig model, RunRecord record) {
  private static final String CONFIG = "config.json";
  private static final String MODEL = "model.json";
  private static final String RECORD = "record.json";
  private static final String STATE = "state.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The documents of a checkpoint at a state. */
  Map<String, byte[]> documents(RunState state) throws IOException {
    Map<String, byte[]> documents = new LinkedHashMap<>();
    documents.put(CONFIG, bytes(config));
    documents.put(MODEL, bytes(model));
    documents.put(RECORD, bytes(record));
    documents.put(STATE, bytes(state));
    return documents;
  }

  private static byte[] bytes(Object value) throws JsonProcessingException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
  }

  /** Reads a checkpoint's recipe. */
  static TrainingConfig config(Checkpoint checkpoint) throws IOException {
    return read(checkpoint, CONFIG, TrainingConfig.class);
  }

  /** Reads the shape of a checkpoint's networks. */
  static ModelConfig model(Checkpoint checkpoint) throws IOException {
    return read(checkpoint, MODEL, ModelConfig.class);
  }

  /** Reads who made a checkpoint. */
  static RunRecord record(Checkpoint checkpoint) throws IOException {
    return read(checkpoint, RECORD, RunRecord.class);
  }

  /** Reads where a checkpoint's run is. */
  static RunState state(Checkpoint checkpoint) throws IOException {
    return read(checkpoint, STATE, RunState.class);
  }

  /** The length may differ, but not whatever follows from it. */
  private static JsonNode withEpochs(Checkpoint checkpoint, int epochs) throws IOException {
    ObjectNode saved = (ObjectNode) JSON.readTree(checkpoint.document(CONFIG));
    return saved.put("epochs", epochs);
  }

  /** Refuses another length of the run if it would have been another run so far. */
  static void requireExtendable(Checkpoint checkpoint, int epochs) throws IOException {
    TrainingConfig begun = config(checkpoint);
    int samples = record(checkpoint).training().samples();
    int steps = samples / begun.batchSize() / begun.optimizer().accumulation();
    new RunExtension(begun, begun.withEpochs(epochs))
        .require(checkpoint.folder().toString(), state(checkpoint), steps);
  }

  private static <T> T read(Checkpoint checkpoint, String name, Class<T> type) throws IOException {
    try {
      return JSON.readValue(checkpoint.document(name), type);
    } catch (JsonProcessingException e) {
      MalformedFileException error =
          new MalformedFileException(
              checkpoint.folder().resolve(name).toString(),
              "what this version of the library writes",
              e.getOriginalMessage());
      error.initCause(e);
      throw error;
    }
  }

  /** Refuses a checkpoint of another run; device and versions may differ, but then bits may too. */
  void requireSame(Checkpoint checkpoint, int stepsPerEpoch) throws IOException {
    Map<String, String> differences =
        new Differences()
            .compare("config", withEpochs(checkpoint, config.epochs()), config)
            .compare("model", JSON.readTree(checkpoint.document(MODEL)), model)
            .found();
    differences.putAll(record(checkpoint).differencesTo(record));
    if (!differences.isEmpty()) {
      throw new MindEyeException(
          checkpoint.folder()
              + ": expected a checkpoint of this very run but it differs in "
              + differences
              + "; resume with what the run was started with, or start a new one in another"
              + " folder");
    }
    new RunExtension(config(checkpoint), config)
        .require(checkpoint.folder().toString(), state(checkpoint), stepsPerEpoch);
  }
}
