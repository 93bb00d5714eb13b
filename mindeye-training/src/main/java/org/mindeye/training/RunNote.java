// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.document.MayBeAbsent;
import org.mindeye.formats.io.StagedFile;

/** What a run notes about itself in its folder: from what it is made, and how it ended. */
final class RunNote {
  private static final String NAME = "run.json";
  private static final String SOURCE = "run";
  private static final String MODEL = "model";
  private static final String RECORD = "record";
  private static final Set<String> DOCUMENTS = Set.of(MODEL, RECORD);
  private static final String RESULT = "result";

  /** A note: all but the end in the writer's own terms. */
  private record Parts(JsonNode run, JsonNode model, JsonNode record, @MayBeAbsent Result result) {}

  private record Result(TrainingResult.End end, int epochs, long steps) {}

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
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put(SOURCE, source);
    parts.put(MODEL, model);
    parts.put(RECORD, record);
    write(DocumentWriter.tree(parts));
  }

  /** What is written again beside the new part is in the schema of that. */
  void resume(Object source, Class<?> model, Class<?> record) throws IOException {
    Document noted = read();
    begin(
        source,
        noted.part(MODEL).upgraded(model).root(),
        noted.part(RECORD).upgraded(record).root());
  }

  void end(TrainingResult result) throws IOException {
    ObjectNode root = read().root().deepCopy();
    Result noted = new Result(result.end(), result.history().size(), result.steps());
    root.set(RESULT, DocumentWriter.fields(noted));
    write(root);
  }

  private void write(ObjectNode root) throws IOException {
    StagedFile.write(file, root.toPrettyString().getBytes(StandardCharsets.UTF_8));
  }

  private Document read() throws IOException {
    Document document = Document.read(file);
    document.as(Parts.class);
    return document;
  }

  Document source() throws IOException {
    return read().part(SOURCE);
  }

  <T> T record(Class<T> type) throws IOException {
    return read().part(RECORD).as(type);
  }

  /** What a checkpoint has in a document of this name; empty if it is not noted. */
  <T> Optional<T> document(String name, Class<T> type) throws IOException {
    String key = name.replaceFirst("\\.json$", "");
    return isWritten() && DOCUMENTS.contains(key) && read().has(key)
        ? Optional.of(read().part(key).as(type))
        : Optional.empty();
  }

  /** Those, by the names that a checkpoint has for them; none if nothing is noted. */
  Map<String, Document> documents() throws IOException {
    Map<String, Document> documents = new LinkedHashMap<>();
    if (isWritten()) {
      Document noted = read();
      DOCUMENTS.stream().sorted().forEach(key -> documents.put(key + ".json", noted.part(key)));
    }
    return documents;
  }

  /** How many epochs it was trained; empty if it has not ended. */
  OptionalLong epochs() throws IOException {
    return result().map(result -> OptionalLong.of(result.epochs)).orElse(OptionalLong.empty());
  }

  /** How many steps it was trained; empty if it has not ended. */
  OptionalLong steps() throws IOException {
    return result().map(result -> OptionalLong.of(result.steps)).orElse(OptionalLong.empty());
  }

  private Optional<Result> result() throws IOException {
    return Files.size(file) == 0
        ? Optional.empty()
        : Optional.ofNullable(Document.read(file).as(Parts.class).result);
  }
}
