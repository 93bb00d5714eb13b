// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Java code in a Markdown page, and the compiled code it quotes. The page says where a block comes
 * from in the line before it: {@code <!-- snippet: path/to/File.java#region -->}. The file marks
 * the region with {@code // snippet: region} and {@code // end: region}; without a region the whole
 * file is quoted, but for the line that names its licence.
 */
final class Snippets {
  private static final Pattern SOURCE =
      Pattern.compile("<!-- snippet: (?<file>\\S+\\.java)(#(?<region>\\S+))? -->");

  private Snippets() {}

  /**
   * A block of Java code.
   *
   * @param source the line before it
   * @param code its lines
   */
  record Block(String source, String code) {

    /** The region of the file that the block claims to be. */
    String expected(Path root) throws IOException {
      Matcher matcher = SOURCE.matcher(source);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "Java code without <!-- snippet: File.java#region --> in the line before it, but: "
                + source);
      }
      String text = Files.readString(root.resolve(matcher.group("file")));
      return matcher.group("region") == null
          ? text.replaceFirst("\\A// SPDX-License-Identifier: .*\n+", "").stripTrailing()
          : region(text, matcher.group("region"));
    }
  }

  /** The Java blocks of a page. */
  static List<Block> in(Page page) {
    return page.blocks("java").stream()
        .map(block -> new Block(block.mark(), block.code()))
        .toList();
  }

  /** The lines between the marks of a region, their common indentation removed. */
  static String region(String source, String name) {
    List<String> lines = source.lines().toList();
    List<String> marks = lines.stream().map(String::strip).toList();
    int start = marks.indexOf("// snippet: " + name);
    int end = marks.indexOf("// end: " + name);
    if (start < 0 || end < start) {
      throw new IllegalArgumentException(
          "no region from '// snippet: " + name + "' to '// end: " + name + "'");
    }
    return String.join("\n", lines.subList(start + 1, end)).stripTrailing().stripIndent();
  }
}
