// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mindeye.core.document.DocumentWriter;

/** What differs between what a run was made from and what there is now, field by field. */
final class Differences {
  private final Map<String, String> found = new TreeMap<>();

  /**
   * Compares two values that become the same kind of JSON; objects are compared by their fields.
   */
  Differences compare(String path, Object saved, Object now) {
    compareTrees(path, DocumentWriter.fields(saved), DocumentWriter.fields(now));
    return this;
  }

  private void compareTrees(String path, JsonNode saved, JsonNode now) {
    if (saved.isObject() && now.isObject()) {
      Set<String> names = new TreeSet<>();
      saved.fieldNames().forEachRemaining(names::add);
      now.fieldNames().forEachRemaining(names::add);
      names.forEach(name -> compareTrees(path + "." + name, saved.path(name), now.path(name)));
    } else if (!saved.toString().equals(now.toString())) {
      found.put(path, saved + " there, " + now + " here");
    }
  }

  /** By path; empty if nothing differs. */
  Map<String, String> found() {
    return found;
  }
}
