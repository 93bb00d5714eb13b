// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.child;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.mindeye.MindEyeException;

/**
 * What a program measured.
 *
 * @param seconds wall time of the whole process
 * @param values by name, in the order they were measured
 */
public record ChildReport(double seconds, Map<String, String> values) {
  /** The name of the peak of memory. */
  public static final String PEAK = "peak";

  private static final String PART = "seconds.";

  /**
   * Reads {@code key=value} lines; other lines are ignored.
   *
   * @param seconds wall time of the whole process
   * @param output what it printed
   * @return the values
   */
  public static ChildReport parse(double seconds, String output) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : output.lines().toList()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return new ChildReport(seconds, values);
  }

  /**
   * A value that the program has to report.
   *
   * @param key its name
   * @return the value
   * @throws MindEyeException if it is not there
   */
  public String text(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new MindEyeException(
          "the process did not say its " + key + ", only " + values.keySet());
    }
    return value;
  }

  /**
   * Peak of the resident memory.
   *
   * @return bytes; empty where the system does not count it
   */
  public OptionalLong peak() {
    return bytes(PEAK);
  }

  /**
   * A number of bytes that may be missing.
   *
   * @param key its name
   * @return bytes; empty if the program did not report it
   */
  public OptionalLong bytes(String key) {
    String bytes = values.get(key);
    return bytes == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(bytes));
  }

  /**
   * How long parts of it took.
   *
   * @return seconds by name
   */
  public Map<String, Double> parts() {
    Map<String, Double> parts = new LinkedHashMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(PART)) {
            parts.put(key.substring(PART.length()), Double.valueOf(value));
          }
        });
    return parts;
  }
}
