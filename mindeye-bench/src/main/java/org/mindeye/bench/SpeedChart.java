// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
          Map.entry("PriorSample.sample", "prior, whole sample"),
          Map.entry("PriorTrainingStep.step", "training the prior"),
          Map.entry("BackboneTrainingStep.step", "training the backbone"),
          Map.entry("UnetStep.step", "UNet step"),
          Map.entry("Autoencoding.decode", "VAE, 512 x 512"),
          Map.entry("NearestNeighbors.nearest", "exact search"),
          Map.entry("Similarities.cosine", "300 x 300 cosines"));

  private static final List<String> TELLING = List.of("batch", "queries", "pass");

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
    for (JmhResult result : results) {
      peers
          .secondsOf(result)
          .ifPresent(peer -> chart.bar(format(result), name(result), result.seconds() / peer));
    }
    return chart.reference("PyTorch", 1).build().toSvg();
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
        TELLING.stream()
            .filter(result.parameters()::containsKey)
            .map(key -> key + " " + result.parameters().get(key).toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    String name = NAMES.getOrDefault(result.benchmark(), result.benchmark());
    return parameters.isEmpty() ? name : name + ", " + parameters;
  }
}
