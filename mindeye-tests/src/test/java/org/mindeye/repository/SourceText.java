// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What people read of a Java source: its texts and its comments. */
final class SourceText {
  /** Characters are matched to be passed over: a quote may be one. */
  private static final Pattern READ =
      Pattern.compile(
          "'(?:\\\\.|[^'\\\\\n])+'"
              + "|(?<text>\"\"\"[\\s\\S]*?\"\"\""
              + "|\"(?:\\\\.|[^\"\\\\\n])*\""
              + "|//[^\n]*"
              + "|/\\*[\\s\\S]*?\\*/)");

  private SourceText() {}

  /** The texts and comments of a source, in order, with the marks around them. */
  static List<String> of(String source) {
    Matcher matcher = READ.matcher(source);
    return matcher.results().map(result -> result.group(1)).filter(text -> text != null).toList();
  }
}
