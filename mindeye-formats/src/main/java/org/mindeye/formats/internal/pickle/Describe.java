// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.pickle;

import java.util.Locale;
import org.mindeye.Printable;

/** Values in messages: short, and never what a file could misuse to fake lines or fill a screen. */
public final class Describe {
  private Describe() {}

  /**
   * What sort of thing a value is.
   *
   * @param value any
   * @return for example {@code a list of 3}
   */
  public static String kind(PickleValue value) {
    if (value instanceof PickleValue.Sequence sequence) {
      String kind = sequence.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      return "a " + kind + " of " + sequence.items().size();
    }
    if (value instanceof PickleValue.Mapping mapping) {
      return "a dictionary of " + mapping.keysAndValues().size() / 2;
    }
    if (value instanceof PickleValue.Call call) {
      return call.callee() instanceof PickleValue.Global global
          ? "what " + Printable.name(global.qualified()) + " would make"
          : "what a call would make";
    }
    if (value instanceof PickleValue.Whole whole) {
      return "the integer " + (whole.value().bitLength() < 128 ? whole.value() : "of many digits");
    }
    if (value instanceof PickleValue.Text text) {
      return "the text '" + Printable.name(text.value()) + "'";
    }
    if (value instanceof PickleValue.Global global) {
      return "the name " + Printable.name(global.qualified());
    }
    return "a " + value.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
