// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mindeye.MindEyeException;
import org.mindeye.evaluation.report.BarChart;

/** Draws the results that have another program's times beside them, as shares of these. */
public final class SpeedChart {
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("BackboneForward.forward", "backbone"),
          Map.entry("ClipEncoding.encode", "CLIP ViT-L/14"),
          Map.entry("PriorDenoise.predict", "prior, one step"),
          Map.entry("PriorDenoise.prepared", "prior, one step"),
          Map.entry("PriorSample.sample", "prior, whole sample"),
          Map.entry("PriorTrainingStep.step", "training the prior"),
          Map.entry("BackboneTrainingStep.step", "training the backbone"),
          Map.entry("UnetStep.step", "UNet step"),
          Map.entry("Autoencoding.decode", "VAE, 512 x 512"),
          Map.entry("NearestNeighbors.nearest", "exact search"),
          Map.entry("Similarities.cosine", "300 x 300 cosines"));

  /** What distinguishes bars of one benchmark, and how it is called. */
  private static final Map<String, String> APART =
      Map.ofEntries(
          Map.entry("batch=1", "batch 1"),
          Map.entry("batch=8", "batch 8"),
          Map.entry("batch=32", "batch 32"),
          Map.entry("queries=1", "1 query"),
          Map.entry("queries=300", "300 queries"),
          Map.entry("pass=ONE", "one sample"),
          Map.entry("pass=TWO", "two samples"),
          Map.entry("pass=GUIDED", "guided"),
          Map.entry("size=SMALL", "small"),
          Map.entry("targets=CLIP", "with CLIP"));

  private SpeedChart() {}

  /**
   * Prints an SVG document.
   *
   * @param arguments the JSON file that JMH wrote, and a file of another program's times
   */
  public static void main(String[] arguments) {
    System.exit(run(System.out, System.err, arguments));
  }

  /** Runs and returns the exit code; an error is one line. */
  static int run(PrintStream out, PrintStream err, String... arguments) {
    if (arguments.length != 2) {
      err.println(
          "SpeedChart: expected the file that JMH wrote with -rf json, and a file of another"
              + " program's times");
      return 2;
    }
    try {
      PeerTimes peers = PeerTimes.read(Path.of(arguments[1]));
      out.print(draw(JmhResult.read(Path.of(arguments[0])), peers));
      return 0;
    } catch (IOException | MindEyeException e) {
      err.println("SpeedChart: " + e.getMessage());
    }
    return 1;
  }

  /** A bar for each result that has a time beside it. */
  static String draw(List<JmhResult> results, PeerTimes peers) {
    BarChart.Builder chart =
        BarChart.builder(
            "Time beside PyTorch in float32", "share of PyTorch's time; shorter is faster");
    Map<String, List<JmhResult>> byName =
        results.stream()
            .filter(result -> peers.secondsOf(result).isPresent())
            .collect(
                Collectors.groupingBy(SpeedChart::name, LinkedHashMap::new, Collectors.toList()));
    byName.forEach(
        (name, formats) ->
            formats.stream()
                .sorted(Comparator.comparing(JmhResult::precision))
                .forEach(result -> chart.bar(format(result), name, share(result, peers))));
    return chart.reference("PyTorch", 1).build().toSvg();
  }

  private static double share(JmhResult result, PeerTimes peers) {
    return result.seconds() / peers.secondsOf(result).orElseThrow();
  }

  private static String format(JmhResult result) {
    return switch (result.precision()) {
      case FLOAT32 -> "float32";
      case BFLOAT16 -> "bfloat16";
      case INT8_WEIGHTS -> "8-bit weights";
    };
  }

  private static String name(JmhResult result) {
    String parameters =
        new TreeMap<>(result.parameters())
            .entrySet().stream()
                .map(parameter -> APART.get(parameter.getKey() + "=" + parameter.getValue()))
                .filter(Objects::nonNull)
                .collect(Collectors.joining(", "));
    String name = NAMES.getOrDefault(result.benchmark(), result.benchmark());
    return parameters.isEmpty() ? name : name + ", " + parameters;
  }
}
