// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import java.util.Locale;

/**
 * A tensor a component reads or writes.
 *
 * @param name in the file
 * @param type float32 unless it says otherwise
 * @param axes names in order, in brackets
 * @param meaning in a few words
 * @param optional whether it may be missing
 */
record Axes(String name, String type, String axes, String meaning, boolean optional) {
  /** Axes of CLIP tokens. */
  static final String TOKENS = "[batch, tokens, width]";

  static Axes of(String name, String axes, String meaning) {
    return new Axes(name, "float32", axes, meaning, false);
  }

  static Axes optional(String name, String type, String axes, String meaning) {
    return new Axes(name, type, axes, meaning, true);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s %s %s%s: %s", name, type, axes, optional ? " (optional)" : "", meaning);
  }
}
