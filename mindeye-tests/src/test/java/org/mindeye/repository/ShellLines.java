// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a page has its reader type. */
final class ShellLines {
  private ShellLines() {}

  /** The command lines of a page's {@code sh} blocks. */
  static List<List<String>> of(Page page) {
    List<List<String>> lines = new ArrayList<>();
    for (Page.Block block : page.blocks("sh")) {
      for (String line : block.code().replace("\\\n", " ").split("\n")) {
        add(lines, line);
      }
    }
    return lines;
  }

  /** What the sentences of a page say about {@code ./mindeye}. */
  static List<List<String>> inSentences(Page page) {
    List<List<String>> lines = new ArrayList<>();
    page.inlineCode().stream()
        .filter(code -> code.startsWith("./mindeye "))
        .forEach(code -> add(lines, code.replace('\n', ' ')));
    return lines;
  }

  private static void add(List<List<String>> lines, String line) {
    List<String> words = words(line);
    if (!words.isEmpty()) {
      lines.add(words);
    }
  }

  /** The words of a line without its comment, its redirection and the variables it sets. */
  static List<String> words(String line) {
    String command = line.replaceFirst("(^| +)#.*", "").replaceFirst(" > .*", "").strip();
    return Stream.of(command.split("\\s+"))
        .dropWhile(word -> word.isEmpty() || word.matches("[A-Z_]+=.*"))
        .map(word -> word.replaceAll("^[\"']|[\"']$", ""))
        .toList();
  }
}
