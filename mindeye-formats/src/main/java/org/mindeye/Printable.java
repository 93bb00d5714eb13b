// SPDX-License-Identifier: Apache-2.0
package org.mindeye;

import java.util.Locale;

/**
 * Text that is safe in a terminal, a log or a message. Names in files can be anything: printed raw,
 * they could clear the screen, set its title, turn the direction of writing around or forge lines.
 * Everything this library says goes through here; control characters are escaped as in JSON, {@code
 * \u001b} for an escape.
 */
public final class Printable {
  private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
  private static final int ZERO_WIDTH_JOINER = 0x200d;

  /** Characters of a name that are shown. */
  private static final int SHOWN = 100;

  private Printable() {}

  /**
   * A name, or another text that is to stay on one line.
   *
   * @param raw any text
   * @return the same, mostly
   */
  public static String line(String raw) {
    return escaped(raw, false);
  }

  /**
   * A text that may have several lines.
   *
   * @param raw any text
   * @return the same, mostly; line feeds stay
   */
  public static String text(String raw) {
    return escaped(raw, true);
  }

  /**
   * The name of something in a file, however long.
   *
   * @param raw any text
   * @return its first 100 characters, on one line
   */
  public static String name(String raw) {
    return line(raw.length() > SHOWN ? raw.substring(0, SHOWN) + "…" : raw);
  }

  private static String escaped(String raw, boolean lines) {
    if (raw.codePoints().allMatch(c -> isPlain(c, lines))) {
      return raw;
    }
    StringBuilder text = new StringBuilder(raw.length() + 16);
    raw.codePoints()
        .forEach(
            c -> {
              if (isPlain(c, lines)) {
                text.appendCodePoint(c);
              } else {
                for (char unit : Character.toChars(c)) {
                  text.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                }
              }
            });
    return text.toString();
  }

  /** False for what controls a terminal, breaks lines, is invisible, or is half a character. */
  private static boolean isPlain(int c, boolean lines) {
    return switch (Character.getType(c)) {
      case Character.CONTROL -> lines && c == '\n';
      case Character.FORMAT -> c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER;
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> false;
      default -> true;
    };
  }
}
