// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.checkpoint.Checkpoint;

/**
 * The JSON documents of a checkpoint. Each is an object that says which schema it has. A document
 * of a later schema is refused; one without is of a version that did not say, and is read as schema
 * 1, whose keys it must have.
 */
final class RunDocuments {
  static final String STATE = "state.json";
  static final String SELECTION = "selection.json";
  static final String SCHEMA = "schema";

  /** To be raised when a key is added; what older documents lack is filled in here then. */
  private static final int CURRENT = 1;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  private RunDocuments() {}

  static byte[] bytes(Object value) throws JsonProcessingException {
    JsonNode tree = JSON.valueToTree(value);
    ObjectNode document = JSON.createObjectNode().put(SCHEMA, CURRENT);
    if (tree instanceof ObjectNode object) {
      document.setAll(object);
    } else {
      document.set("value", tree);
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(document);
  }

  /** A document without its schema. */
  static JsonNode tree(Checkpoint checkpoint, String name) throws IOException {
    try {
      JsonNode tree = JSON.readTree(checkpoint.document(name));
      if (!(tree instanceof ObjectNode document)) {
        throw malformed(checkpoint, name, "a JSON object", tree.getNodeType().toString(), null);
      }
      JsonNode schema = document.remove(SCHEMA);
      if (schema != null && (!schema.isInt() || schema.intValue() != CURRENT)) {
        throw malformed(
            checkpoint,
            name,
            "schema " + CURRENT,
            "schema " + schema + "; read it with the version of the library that wrote it",
            null);
      }
      return document.size() == 1 && document.has("value") ? document.get("value") : document;
    } catch (JsonProcessingException e) {
      throw malformed(checkpoint, name, "a JSON object", e.getOriginalMessage(), e);
    }
  }

  /** Reads where a checkpoint's run is. */
  static RunState state(Checkpoint checkpoint) throws IOException {
    return read(checkpoint, STATE, RunState.class);
  }

  /** Every component of the record must be there, and nothing else. */
  static <T> T read(Checkpoint checkpoint, String name, Class<T> type) throws IOException {
    return value(checkpoint.folder().resolve(name).toString(), tree(checkpoint, name), type);
  }

  /** The same for a document that lies elsewhere. */
  static <T> T value(String place, JsonNode tree, Class<T> type) {
    String gap = CompleteRecords.firstGap(type, tree, "");
    if (gap != null) {
      throw malformed(place, "all keys of schema " + CURRENT, "no " + gap, null);
    }
    try {
      return JSON.treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      throw malformed(place, "what this version of the library writes", e.getOriginalMessage(), e);
    }
  }

  /** The same for a document in a text. */
  static <T> T value(String place, String text, Class<T> type) {
    try {
      return value(place, JSON.readTree(text), type);
    } catch (JsonProcessingException e) {
      throw malformed(place, "a JSON object", e.getOriginalMessage(), e);
    }
  }

  private static MalformedFileException malformed(
      Checkpoint checkpoint, String name, String expected, String found, Exception cause) {
    return malformed(checkpoint.folder().resolve(name).toString(), expected, found, cause);
  }

  private static MalformedFileException malformed(
      String place, String expected, String found, Exception cause) {
    MalformedFileException error = new MalformedFileException(place, expected, found);
    if (cause != null) {
      error.initCause(cause);
    }
    return error;
  }
}
