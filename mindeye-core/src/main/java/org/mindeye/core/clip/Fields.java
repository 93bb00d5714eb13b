// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import java.util.Map;
import java.util.function.Supplier;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The fields of a JSON object, by path.
 *
 * @param source names the file in messages
 * @param values as they are written
 */
record Fields(String source, Map<String, String> values) {
  boolean has(String name) {
    return values.containsKey(name);
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw malformed("the field '" + name + "'", "none of this name");
    }
    return value;
  }

  int number(String name) {
    String value = text(name);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw malformed("a whole number as '" + name + "'", "'" + value + "'");
    }
  }

  int number(String name, int byDefault) {
    return has(name) ? number(name) : byDefault;
  }

  double fraction(String name, double byDefault) {
    if (!has(name)) {
      return byDefault;
    }
    try {
      return Double.parseDouble(text(name));
    } catch (NumberFormatException e) {
      throw malformed("a number as '" + name + "'", "'" + text(name) + "'");
    }
  }

  /** A configuration, if the values are those of one. */
  VisionTransformerConfig config(Supplier<VisionTransformerConfig> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      MalformedFileException error = malformed("the shape of a CLIP image tower", e.getMessage());
      error.initCause(e);
      throw error;
    }
  }

  MalformedFileException malformed(String expected, String found) {
    return new MalformedFileException(source, expected, found);
  }
}
