// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.training.checkpoint.Checkpoint;

/** The documents of a checkpoint. What becomes no JSON object is one with the key {@code value}. */
final class RunDocuments {
  static final String STATE = "state.json";
  static final String SELECTION = "selection.json";

  private static final String VALUE = "value";

  private RunDocuments() {}

  static byte[] bytes(Object value) {
    boolean object = DocumentWriter.fields(value).isObject();
    return DocumentWriter.bytes(object ? value : Map.of(VALUE, value));
  }

  static Document open(Checkpoint checkpoint, String name) throws IOException {
    return Document.parse(
        checkpoint.folder().resolve(name).toString(),
        new String(checkpoint.document(name), StandardCharsets.UTF_8));
  }

  /** What a document holds, in the current schema. */
  static JsonNode tree(Checkpoint checkpoint, String name, Class<?> type) throws IOException {
    JsonNode tree = open(checkpoint, name).upgraded(type).root();
    return tree.size() == 1 && tree.has(VALUE) ? tree.get(VALUE) : tree;
  }

  /** Reads where a checkpoint's run is. */
  static RunState state(Checkpoint checkpoint) throws IOException {
    return read(checkpoint, STATE, RunState.class);
  }

  /** Every component of a record must be there, and nothing else. */
  static <T> T read(Checkpoint checkpoint, String name, Class<T> type) throws IOException {
    Document document = open(checkpoint, name);
    return document.has(VALUE) && !type.isRecord()
        ? document.part(VALUE).as(type)
        : document.as(type);
  }
}
