// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

/** Prose in lines as wide as those of picocli's help. */
public final class Wrapped {
  private static final int WIDTH = 80;
  private static final String DEEPER = "    ";

  private Wrapped() {}

  /**
   * Breaks a text between words. A word that is wider than a line stays whole.
   *
   * @param text one line, its indentation included
   * @return the same in lines, all but the first four columns deeper
   */
  public static String lines(String text) {
    String indentation = text.substring(0, text.length() - text.stripLeading().length());
    StringBuilder lines = new StringBuilder(indentation);
    int column = indentation.length();
    boolean first = true;
    for (String word : text.strip().split(" ")) {
      if (!first && column + 1 + word.length() > WIDTH) {
        lines.append(System.lineSeparator()).append(indentation).append(DEEPER).append(word);
        column = indentation.length() + DEEPER.length() + word.length();
      } else {
        lines.append(first ? "" : " ").append(word);
        column += word.length() + (first ? 0 : 1);
      }
      first = false;
    }
    return lines.toString();
  }
}
