// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Fills what a document lacks. */
final class LenientReader {
  private LenientReader() {}

  static JsonNode tree(ObjectMapper mapper, String json) throws JsonProcessingException {
    return mapper.readTree(json);
  }

  static Integer value(ObjectMapper mapper, JsonNode node) throws JsonProcessingException {
    return mapper.treeToValue(node, Integer.class);
  }

  static Integer read(ObjectMapper mapper, String json) throws JsonProcessingException {
    return mapper.readerFor(Integer.class).readValue(json);
  }
}
