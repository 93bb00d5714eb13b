// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;

/**
 * JMH's results as a Markdown table that says how far each benchmark is from what the machine can
 * do:
 *
 * <pre>{@code
 * java -cp mindeye-bench/target/benchmarks.jar org.mindeye.bench.ResultsTable results.json
 * }</pre>
 *
 * <p>Behind ± stands half the 99.9 % interval of the mean; where there were fewer than five
 * measurements, the shortest and the longest stand in its place.
 *
 * <p>The share of the limit is the time that the benchmark's {@code Work} takes at the machine's
 * own limits, whichever of arithmetic and memory is slower, divided by the measured time. It is
 * left empty unless {@code MachineLimits} is among the results. Work that fits the caches can
 * exceed the limit, which is measured outside them. Run it on the machine that measured: the
 * machine is described as it is now.
 */
public final class ResultsTable {
  private static final String HEAD =
      "| benchmark | parameters | time per call | work | rate | share of limit |";

  private static final String RULE = "|---|---|---:|---:|---:|---:|";

  private ResultsTable() {}

  /**
   * Prints the table.
   *
   * @param arguments the JSON file that JMH wrote, and perhaps a file of another program's times
   */
  public static void main(String[] arguments) {
    System.exit(run(System.out, System.err, arguments));
  }

  /** Runs and returns the exit code; an error is one line. */
  static int run(PrintStream out, PrintStream err, String... arguments) {
    if (arguments.length != 1 && arguments.length != 2) {
      err.println(
          "ResultsTable: expected the file that JMH wrote with -rf json, and perhaps a file of"
              + " another program's times");
      return 2;
    }
    EngineSettings.apply();
    try {
      PeerTimes peers =
          arguments.length == 1 ? PeerTimes.none() : PeerTimes.read(Path.of(arguments[1]));
      out.print(render(JmhResult.read(Path.of(arguments[0])), peers, Machine.here()));
      return 0;
    } catch (IOException | MindEyeException e) {
      err.println("ResultsTable: " + e.getMessage());
    }
    return 1;
  }

  /** The whole text. */
  static String render(List<JmhResult> results, PeerTimes peers, Machine machine) {
    StringBuilder text = new StringBuilder(describe(results, machine)).append('\n');
    text.append(HEAD).append(peers.isEmpty() ? "\n" : " PyTorch | ratio |\n");
    text.append(RULE).append(peers.isEmpty() ? "\n" : "---:|---:|\n");
    for (JmhResult result : results) {
      text.append(row(result, Limits.of(result.device(), result.precision(), results)));
      text.append(peers.isEmpty() ? "" : beside(result, peers.secondsOf(result))).append('\n');
    }
    return text.toString();
  }

  private static String beside(JmhResult result, Optional<Double> peer) {
    return peer.map(
            seconds ->
                String.format(
                    Locale.ROOT,
                    " %s | %.2f |",
                    Quantity.time(seconds),
                    result.seconds() / seconds))
        .orElse("  |  |");
  }

  private static String describe(List<JmhResult> results, Machine machine) {
    String java =
        results.stream()
            .map(JmhResult::conditions)
            .map(c -> "JDK " + c.java() + ", " + c.threads() + " threads")
            .distinct()
            .collect(Collectors.joining("; "));
    IntSummaryStatistics forks =
        results.stream().mapToInt(result -> result.conditions().forks()).summaryStatistics();
    IntSummaryStatistics iterations =
        results.stream().mapToInt(result -> result.conditions().iterations()).summaryStatistics();
    return String.format(
        Locale.ROOT,
        """
        %s, %d processors, %.0f GiB of memory, %s; DJL %s, libtorch %s.
        %s, %s of %s.
        """,
        machine.cpu(),
        machine.processors(),
        machine.memoryBytes() / 0x1p30,
        machine.system(),
        machine.djl(),
        machine.libtorch(),
        java,
        count(forks, "fork"),
        count(iterations, "iteration"));
  }

  private static String count(IntSummaryStatistics counts, String noun) {
    String most = Plural.of(counts.getMax(), noun);
    return counts.getMin() == counts.getMax() ? most : counts.getMin() + " to " + most;
  }

  private static String row(JmhResult result, Optional<Limits> limits) {
    Optional<Work> work = Work.of(result.benchmark(), result.parameters());
    String parameters =
        result.parameters().entrySet().stream()
            .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s |",
        result.benchmark(),
        parameters,
        time(result),
        work.map(w -> amounts(w, result.seconds(), limits)).orElse(" | "),
        work.flatMap(w -> limits.map(l -> share(l.seconds(w) / result.seconds()))).orElse(""));
  }

  private static String time(JmhResult result) {
    Quantity mean = Quantity.time(result.seconds());
    JmhResult.Spread spread = result.spread();
    if (spread.ofFew()) {
      return String.format(
          Locale.ROOT,
          "%s (%s to %s)",
          mean,
          mean.sameUnit(spread.least()),
          mean.sameUnit(spread.most()));
    }
    return Double.isNaN(spread.error())
        ? mean.toString()
        : mean.number() + " ± " + mean.sameUnit(spread.error()) + " " + mean.unit();
  }

  /** Work and rate, in what holds the work up: bytes or operations. */
  private static String amounts(Work work, double seconds, Optional<Limits> limits) {
    boolean arithmetic = limits.map(l -> l.boundByArithmetic(work)).orElse(work.flops() > 0);
    String unit = arithmetic ? "FLOP" : "B";
    double amount = arithmetic ? work.flops() : work.bytes();
    return String.format(
        Locale.ROOT,
        "%s%s | %s G%s/s",
        Quantity.amount(amount),
        unit,
        Quantity.digits(amount / 1e9 / seconds),
        unit);
  }

  private static String share(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
