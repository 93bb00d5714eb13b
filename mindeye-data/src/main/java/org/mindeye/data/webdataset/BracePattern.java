// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Shell-like braces in shard names: {@code {0..17}}, {@code {000..017}}, {@code {a,b}}. */
final class BracePattern {
  private static final int MAX_NAMES = 100_000;
  private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,9})\\.\\.(\\d{1,9})");

  private BracePattern() {}

  /** All names, the last brace running fastest. */
  static List<String> expand(String pattern) {
    List<String> names = new ArrayList<>();
    names.add("");
    Matcher braces = BRACES.matcher(pattern);
    int literal = 0;
    while (braces.find()) {
      names = append(pattern, names, List.of(plain(pattern, literal, braces.start())));
      names = append(pattern, names, alternatives(pattern, braces.group(1)));
      literal = braces.end();
    }
    return append(pattern, names, List.of(plain(pattern, literal, pattern.length())));
  }

  private static String plain(String pattern, int from, int to) {
    String text = pattern.substring(from, to);
    if (text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
      throw illegal(pattern, "every brace to be closed and none to be nested");
    }
    return text;
  }

  private static List<String> alternatives(String pattern, String inner) {
    Matcher range = RANGE.matcher(inner);
    if (!range.matches()) {
      if (inner.indexOf(',') < 0) {
        throw illegal(pattern, "braces to hold first..last or alternatives with commas");
      }
      return List.of(inner.split(",", -1));
    }
    int first = Integer.parseInt(range.group(1));
    int last = Integer.parseInt(range.group(2));
    if (last < first || last - first >= MAX_NAMES) {
      throw illegal(pattern, "an ascending range of at most " + MAX_NAMES + " numbers");
    }
    // As in the shell, a leading zero asks for numbers of equal width.
    boolean padded = range.group(1).startsWith("0") && range.group(1).length() > 1;
    String format = padded ? "%0" + range.group(1).length() + "d" : "%d";
    List<String> numbers = new ArrayList<>();
    for (int number = first; number <= last; number++) {
      numbers.add(String.format(Locale.ROOT, format, number));
    }
    return numbers;
  }

  private static List<String> append(String pattern, List<String> heads, List<String> tails) {
    if ((long) heads.size() * tails.size() > MAX_NAMES) {
      throw illegal(pattern, "at most " + MAX_NAMES + " names");
    }
    List<String> longer = new ArrayList<>();
    for (String head : heads) {
      for (String tail : tails) {
        longer.add(head + tail);
      }
    }
    return longer;
  }

  private static IllegalArgumentException illegal(String pattern, String expected) {
    return new IllegalArgumentException("shard pattern '" + pattern + "': expected " + expected);
  }
}
