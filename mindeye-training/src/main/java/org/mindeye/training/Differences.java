// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What differs between what a run was made from and what there is now, field by field. */
final class Differences {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Map<String, String> found = new TreeMap<>();

  /**
   * Compares two values that become the same kind of JSON; objects are compared by their fields.
   */
  Differences compare(String path, Object saved, Object now) {
    compare(path, JSON.<JsonNode>valueToTree(saved), JSON.<JsonNode>valueToTree(now));
    return this;
  }

  private void compare(String path, JsonNode saved, JsonNode now) {
    if (saved.isObject() && now.isObject()) {
      Set<String> names = new TreeSet<>();
      saved.fieldNames().forEachRemaining(names::add);
      now.fieldNames().forEachRemaining(names::add);
      names.forEach(name -> compare(path + "." + name, saved.path(name), now.path(name)));
    } else if (!saved.toString().equals(now.toString())) {
      found.put(path, saved + " there, " + now + " here");
    }
  }

  /** By path; empty if nothing differs. */
  Map<String, String> found() {
    return found;
  }
}
