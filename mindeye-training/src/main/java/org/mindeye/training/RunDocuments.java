package org.mindeye.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.checkpoint.Checkpoint;

/** The JSON documents of a checkpoint. */
final class RunDocuments {
  static final String STATE = "state.json";
  static final String SELECTION = "selection.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private RunDocuments() {}

  static byte[] bytes(Object value) throws JsonProcessingException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
  }

  static JsonNode tree(Checkpoint checkpoint, String name) throws IOException {
    return read(checkpoint, name, JsonNode.class);
  }

  /** Reads where a checkpoint's run is. */
  static RunState state(Checkpoint checkpoint) throws IOException {
    return read(checkpoint, STATE, RunState.class);
  }

  static <T> T read(Checkpoint checkpoint, String name, Class<T> type) throws IOException {
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
}
