// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import com.google.common.escape.Escaper;
import com.google.common.escape.Escapers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * Writes elements. Every text and attribute is escaped and every element closed, so the result is
 * well-formed XML as well as HTML.
 *
 * <p>No library does it: j2html, which was tried on a page, passes on the control characters that a
 * file's name may have, which XML cannot hold, and has no elements of SVG, of which charts are
 * made. It would be 200 kB in place of these lines.
 */
final class Markup {
  /** For text and attributes; what XML cannot hold is replaced. */
  private static final Escaper ESCAPER =
      Escapers.builder()
          .setSafeRange(' ', '\uFFFD')
          .setUnsafeReplacement("\uFFFD")
          .addEscape('\n', "\n")
          .addEscape('\t', "\t")
          .addEscape('&', "&amp;")
          .addEscape('<', "&lt;")
          .addEscape('>', "&gt;")
          .addEscape('"', "&quot;")
          .addEscape('\'', "&#39;")
          .build();

  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Starts an element; attributes alternate name and value, a null value leaves one out. */
  Markup open(String tag, Object... attributes) {
    start(tag, attributes).append('>');
    open.push(tag);
    return this;
  }

  /** Ends the innermost element. */
  Markup close() {
    out.append("</").append(open.pop()).append(">\n");
    return this;
  }

  /** An element without content. */
  Markup empty(String tag, Object... attributes) {
    start(tag, attributes).append("/>\n");
    return this;
  }

  /** An element that contains only text. */
  Markup element(String tag, String text, Object... attributes) {
    return open(tag, attributes).text(text).close();
  }

  Markup text(String text) {
    out.append(ESCAPER.escape(text));
    return this;
  }

  /** Text of our own that is not escaped: a style sheet. */
  Markup raw(String trusted) {
    out.append(trusted);
    return this;
  }

  /** Appends what another instance wrote. */
  Markup append(Markup other) {
    out.append(other);
    return this;
  }

  private StringBuilder start(String tag, Object... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      if (attributes[i + 1] != null) {
        out.append(' ').append(attributes[i]).append("=\"");
        out.append(ESCAPER.escape(format(attributes[i + 1]))).append('"');
      }
    }
    return out;
  }

  private static String format(Object value) {
    return value instanceof Double number ? coordinate(number) : value.toString();
  }

  /** A tenth of a pixel is finer than any screen shows. */
  static String coordinate(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("elements left open: " + open);
    }
    return out.toString();
  }
}
