// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalLong;
import org.mindeye.cli.console.Wrapped;
import org.mindeye.core.engine.Precision;
import org.mindeye.formats.io.HeapBudget;

/** Shows rows as they are measured. */
final class BenchTable {
  private static final String LINE = "  %-14s %12s %12s %8s %12s %12s%s";

  private final PrintWriter out;
  private final boolean rate;

  /**
   * Creates a table.
   *
   * @param out where it goes
   * @param rate whether how many a second is shown
   */
  BenchTable(PrintWriter out, boolean rate) {
    this.out = out;
    this.rate = rate;
  }

  void text(String sentence) {
    out.println(Wrapped.lines(sentence));
    out.flush();
  }

  /** One line, for people and for programs that look for it. */
  void last(String advice) {
    out.println();
    out.println(advice);
    out.flush();
  }

  void heading(String work) {
    out.println();
    text(work);
    line("precision", "p50", "p95", "ratio", "memory", "loading", rate ? "    a second" : "");
  }

  void row(Row row, Row first) {
    double p50 = row.times().p50();
    line(
        row.precision(),
        Times.text(p50),
        Times.text(row.times().p95()),
        String.format(Locale.ROOT, "%.2f", p50 / first.times().p50()),
        bytes(row.memory()),
        bytes(row.loading()),
        rate ? String.format(Locale.ROOT, " %11.2f", 1000 / p50) : "");
  }

  void leftOut(Precision precision, String why) {
    out.println("  " + precision + " is left out: " + why);
    out.flush();
  }

  private void line(Object... cells) {
    out.printf(Locale.ROOT, LINE + "%n", cells);
    out.flush();
  }

  private static String bytes(OptionalLong bytes) {
    return bytes.isPresent() ? HeapBudget.gib(bytes.getAsLong()) : "?";
  }
}
