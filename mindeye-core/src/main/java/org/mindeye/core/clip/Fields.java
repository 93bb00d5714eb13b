// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The fields of another program's JSON object, by path: what is not read is left alone, null is as
 * if the field were not there, but what is read has to be of its kind.
 *
 * @param source names the file in messages
 * @param root the object
 */
record Fields(String source, JsonNode root) {
  private JsonNode at(String path) {
    JsonNode node = root;
    for (String name : path.split("\\.")) {
      node = node.path(name);
    }
    return node.isNull() ? MissingNode.getInstance() : node;
  }

  boolean has(String path) {
    return !at(path).isMissingNode();
  }

  String text(String path) {
    JsonNode value = present(path);
    if (!value.isTextual()) {
      throw malformed("a string as '" + path + "'", value.toString());
    }
    return value.textValue();
  }

  int number(String path) {
    JsonNode value = present(path);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw malformed("a whole number as '" + path + "'", value.toString());
    }
    return value.intValue();
  }

  private JsonNode present(String path) {
    if (!has(path)) {
      throw malformed("the field '" + path + "'", "none of this name");
    }
    return at(path);
  }

  int number(String path, int byDefault) {
    return has(path) ? number(path) : byDefault;
  }

  double fraction(String path, double byDefault) {
    JsonNode value = at(path);
    if (!value.isMissingNode() && !value.isNumber()) {
      throw malformed("a number as '" + path + "'", value.toString());
    }
    return value.isMissingNode() ? byDefault : value.doubleValue();
  }

  boolean truth(String path) {
    JsonNode value = at(path);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw malformed("true or false as '" + path + "'", value.toString());
    }
    return value.booleanValue();
  }

  MalformedFileException malformed(String expected, String found) {
    return new MalformedFileException(source, expected, found);
  }
}
