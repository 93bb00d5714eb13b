// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import com.google.common.base.CharMatcher;
import com.google.common.escape.Escaper;
import com.google.common.escape.Escapers;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mindeye.core.document.DocumentWriter;

/** Forms in which a table of scores leaves the program. All are text in UTF-8. */
public enum ScoreFormat {
  /** Everything, for {@link ScoreTable#read} and other programs. */
  JSON("json") {
    @Override
    public String write(ScoreTable table) {
      return DocumentWriter.text(table) + "\n";
    }
  },

  /**
   * One line per score, with all its digits: {@code
   * method,metric,better,value,low,high,chance,ceiling,source}, empty where something is not known.
   */
  CSV("csv") {
    @Override
    public String write(ScoreTable table) {
      Stream<String> lines =
          table.methods().stream()
              .flatMap(method -> method.scores().stream().map(score -> line(method, score)));
      return Stream.concat(Stream.of(COLUMNS), lines).collect(Collectors.joining("\n", "", "\n"));
    }
  },

  /** A table to paste into a paper; needs no package. */
  LATEX("tex") {
    @Override
    public String write(ScoreTable table) {
      ScoreText text = ScoreText.of(table);
      String columns = "l" + "r".repeat(text.headings().size() - 1);
      return "\\begin{table}\n  \\caption{"
          + LATEX_TEXT.escape(table.title())
          + "}\n  \\begin{tabular}{"
          + columns
          + "}\n    \\hline\n"
          + latexLine(text.headings())
          + "    \\hline\n"
          + text.rows().stream().map(ScoreFormat::latexLine).collect(Collectors.joining())
          + "    \\hline\n  \\end{tabular}\n\\end{table}\n";
    }
  },

  /** A table as GitHub and many other programs show it. */
  MARKDOWN("md") {
    @Override
    public String write(ScoreTable table) {
      ScoreText text = ScoreText.of(table);
      return markdownLine(text.headings())
          + "|---|"
          + "---:|".repeat(text.headings().size() - 1)
          + "\n"
          + text.rows().stream().map(ScoreFormat::markdownLine).collect(Collectors.joining());
    }
  };

  private static final String COLUMNS = "method,metric,better,value,low,high,chance,ceiling,source";

  private static final Escaper LATEX_TEXT =
      Escapers.builder()
          .addEscape('\\', "\\textbackslash{}")
          .addEscape('{', "\\{")
          .addEscape('}', "\\}")
          .addEscape('$', "\\$")
          .addEscape('&', "\\&")
          .addEscape('#', "\\#")
          .addEscape('%', "\\%")
          .addEscape('_', "\\_")
          .addEscape('^', "\\textasciicircum{}")
          .addEscape('~', "\\textasciitilde{}")
          .addEscape('<', "\\textless{}")
          .addEscape('>', "\\textgreater{}")
          .addEscape('|', "\\textbar{}")
          .addEscape('"', "''")
          .addEscape('\n', " ")
          .addEscape('\r', " ")
          .addEscape('–', "--")
          .addEscape('±', "$\\pm$")
          .addEscape('↑', "$\\uparrow$")
          .addEscape('↓', "$\\downarrow$")
          .addEscape('→', "$\\rightarrow$")
          .build();

  private static final Escaper MARKDOWN_TEXT =
      Escapers.builder()
          .addEscape('\\', "\\\\")
          .addEscape('|', "\\|")
          .addEscape('*', "\\*")
          .addEscape('_', "\\_")
          .addEscape('`', "\\`")
          .addEscape('~', "\\~")
          .addEscape('$', "\\$")
          .addEscape('<', "&lt;")
          .addEscape('>', "&gt;")
          .addEscape('&', "&amp;")
          .addEscape('\n', " ")
          .addEscape('\r', " ")
          .build();

  private static final CharMatcher QUOTED = CharMatcher.anyOf(",\"\r\n");

  private final String extension;

  ScoreFormat(String extension) {
    this.extension = extension;
  }

  /**
   * How the names of such files end.
   *
   * @return without the point
   */
  public String extension() {
    return extension;
  }

  /**
   * Writes a table.
   *
   * @param table what is written
   * @return the text of a file; the same for equal tables
   */
  public abstract String write(ScoreTable table);

  private static String line(ScoredMethod method, ScoreRow score) {
    return Stream.of(
            method.name(),
            score.metric().key(),
            score.metric().better().name().toLowerCase(Locale.ROOT),
            Double.toString(score.value()),
            number(score.interval().map(Interval::low)),
            number(score.interval().map(Interval::high)),
            number(score.chance()),
            number(score.ceiling()),
            method.source().orElse(""))
        .map(ScoreFormat::field)
        .collect(Collectors.joining(","));
  }

  private static String number(Optional<Double> value) {
    return value.map(Object::toString).orElse("");
  }

  /** As RFC 4180 has it. */
  static String field(String text) {
    return QUOTED.matchesAnyOf(text) ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  private static String latexLine(List<String> cells) {
    return cells.stream()
        .map(LATEX_TEXT::escape)
        .collect(Collectors.joining(" & ", "    ", " \\\\\n"));
  }

  private static String markdownLine(List<String> cells) {
    return cells.stream()
        .map(MARKDOWN_TEXT::escape)
        .map(text -> text.replace("](", "]\\(")) // A link; brackets alone are intervals.
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}
