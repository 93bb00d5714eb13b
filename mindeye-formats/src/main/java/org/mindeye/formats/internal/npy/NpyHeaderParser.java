// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.npy;

import java.util.Arrays;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Reads the one Python literal a {@code .npy} header may hold: a dictionary of {@code descr} (a
 * string), {@code fortran_order} (a boolean) and {@code shape} (a tuple of integers), in any order.
 */
final class NpyHeaderParser {
  private static final int MAX_AXES = 32;

  private final String source;
  private final String text;
  private int at;

  private String descr;
  private Boolean fortran;
  private long[] shape;

  private NpyHeaderParser(String source, String text) {
    this.source = source;
    this.text = text;
  }

  static NpyHeader parse(String source, String text) {
    NpyHeaderParser parser = new NpyHeaderParser(source, text);
    parser.dictionary();
    return NpyHeader.of(source, parser.descr, parser.fortran, parser.shape);
  }

  private void dictionary() {
    require('{');
    while (!accept('}')) {
      entry(string());
      if (!accept(',')) {
        require('}');
        break;
      }
    }
    skipSpace();
    if (at != text.length()) {
      throw malformed("nothing after the header's dictionary");
    }
    if (descr == null || fortran == null || shape == null) {
      throw malformed("the keys 'descr', 'fortran_order' and 'shape'");
    }
  }

  private void entry(String key) {
    require(':');
    boolean repeated;
    switch (key) {
      case "descr" -> {
        repeated = descr != null;
        descr = string();
      }
      case "fortran_order" -> {
        repeated = fortran != null;
        fortran = bool();
      }
      case "shape" -> {
        repeated = shape != null;
        shape = tuple();
      }
      default -> throw malformed("no key but 'descr', 'fortran_order' and 'shape'");
    }
    if (repeated) {
      throw malformed("the key '" + key + "' once");
    }
  }

  private String string() {
    skipSpace();
    char quote = at < text.length() ? text.charAt(at) : ' ';
    int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
    // Structured and object types are written as lists and end up here too.
    if (end < 0 || text.substring(at, end).indexOf('\\') >= 0) {
      throw malformed("a plain string");
    }
    String value = text.substring(at + 1, end);
    at = end + 1;
    return value;
  }

  private boolean bool() {
    skipSpace();
    for (String word : new String[] {"True", "False"}) {
      if (text.startsWith(word, at)) {
        at += word.length();
        return word.equals("True");
      }
    }
    throw malformed("True or False");
  }

  private long[] tuple() {
    require('(');
    long[] axes = new long[MAX_AXES];
    int count = 0;
    boolean comma = true;
    while (!accept(')')) {
      if (count == MAX_AXES) {
        throw malformed("at most " + MAX_AXES + " axes");
      }
      if (!comma) {
        throw malformed("a comma or a closing parenthesis");
      }
      axes[count++] = integer();
      comma = accept(',');
    }
    if (count == 1 && !comma) {
      throw malformed("a comma in a tuple of one axis"); // (5) is a number, (5,) a tuple
    }
    return Arrays.copyOf(axes, count);
  }

  private long integer() {
    skipSpace();
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    // 18 digits always fit a long.
    if (at == start || at - start > 18) {
      throw malformed("an axis length of 1 to 18 digits");
    }
    return Long.parseLong(text.substring(start, at));
  }

  private void require(char wanted) {
    if (!accept(wanted)) {
      throw malformed("'" + wanted + "'");
    }
  }

  private boolean accept(char wanted) {
    skipSpace();
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
      at++;
    }
  }

  private MalformedFileException malformed(String expected) {
    String rest = text.substring(at, Math.min(text.length(), at + 40)).strip();
    return new MalformedFileException(
        source,
        expected + " at character " + at + " of the header",
        rest.isEmpty() ? "its end" : "\"" + rest + "\"");
  }
}
