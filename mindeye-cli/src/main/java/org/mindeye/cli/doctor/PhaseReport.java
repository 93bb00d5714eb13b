// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.mindeye.MindEyeException;

/**
 * What a phase measured.
 *
 * @param seconds wall time of the whole process
 * @param values by name, in the order they were measured
 */
record PhaseReport(double seconds, Map<String, String> values) {
  private static final String PART = "seconds.";

  /** Reads {@code key=value} lines; other lines are ignored. */
  static PhaseReport parse(double seconds, String output) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : output.lines().toList()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return new PhaseReport(seconds, values);
  }

  /** A value that the phase has to report. */
  String text(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new MindEyeException("the phase did not say its " + key + ", only " + values.keySet());
    }
    return value;
  }

  /** Peak of the resident memory in bytes, where the system counts it. */
  OptionalLong peak() {
    String peak = values.get("peak");
    return peak == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(peak));
  }

  /** Seconds of the phase's parts. */
  Map<String, Double> parts() {
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
