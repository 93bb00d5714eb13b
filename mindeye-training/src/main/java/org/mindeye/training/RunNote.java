// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.formats.tensor.MalformedFileException;

/** What a run notes about itself in its folder: from what it is made, and how it ended. */
final class RunNote {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "run.json";
  private static final String SOURCE = "run";
  private static final String MODEL = "model";
  private static final String RECORD = "record";
  private static final Set<String> DOCUMENTS = Set.of(MODEL, RECORD);
  private static final String RESULT = "result";
  private static final String EPOCHS = "epochs";
  private static final String STEPS = "steps";

  private final Path file;

  RunNote(Path folder) {
    file = folder.resolve(NAME);
  }

  Path file() {
    return file;
  }

  /** Versions up to 0.1.0 made an empty one first. */
  boolean isWritten() throws IOException {
    return Files.exists(file) && Files.size(file) > 0;
  }

  /** Whether a file is the note itself, or one that was being written. */
  boolean isPartOf(Path other) {
    String name = other.getFileName().toString();
    return name.equals(NAME) || name.startsWith("." + NAME + ".") && StagedFile.isStaged(other);
  }

  void begin(Object source, Object model, Object record) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.set(SOURCE, JSON.valueToTree(source));
    root.set(MODEL, JSON.valueToTree(model));
    root.set(RECORD, JSON.valueToTree(record));
    write(root);
  }

  void goOn(Object source) throws IOException {
    ObjectNode root = read();
    root.set(SOURCE, JSON.valueToTree(source));
    root.remove(RESULT);
    write(root);
  }

  void end(TrainingResult result) throws IOException {
    ObjectNode root = read();
    root.putObject(RESULT)
        .put("end", result.end().name())
        .put(EPOCHS, result.history().size())
        .put(STEPS, result.steps());
    write(root);
  }

  private void write(ObjectNode root) throws IOException {
    StagedFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
  }

  private ObjectNode read() throws IOException {
    try {
      if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode root) {
        return root;
      }
    } catch (JsonProcessingException e) {
      MalformedFileException error =
          new MalformedFileException(file.toString(), "a JSON object", e.getOriginalMessage());
      error.initCause(e);
      throw error;
    }
    throw new MalformedFileException(file.toString(), "a JSON object", "something else");
  }

  JsonNode source() throws IOException {
    return part(SOURCE);
  }

  <T> T record(Class<T> type) throws IOException {
    return RunDocuments.value(file + ": " + RECORD, part(RECORD), type);
  }

  /** What a checkpoint has in a document of this name; empty if it is not noted. */
  <T> Optional<T> document(String name, Class<T> type) throws IOException {
    String key = name.replaceFirst("\\.json$", "");
    return isWritten() && DOCUMENTS.contains(key) && read().has(key)
        ? Optional.of(RunDocuments.value(file + ": " + key, part(key), type))
        : Optional.empty();
  }

  /** How many epochs it was trained; empty if it has not ended. */
  OptionalLong epochs() throws IOException {
    return result(EPOCHS);
  }

  /** How many steps it was trained; empty if it has not ended. */
  OptionalLong steps() throws IOException {
    return result(STEPS);
  }

  private OptionalLong result(String key) throws IOException {
    JsonNode value = read().path(RESULT).path(key);
    return value.isIntegralNumber() ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
  }

  private JsonNode part(String key) throws IOException {
    JsonNode part = read().get(key);
    if (part == null) {
      throw new MalformedFileException(
          file.toString(), "the field '" + key + "'", "none of this name");
    }
    return part;
  }
}
