// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.util.Locale;
import org.mindeye.evaluation.PairedComparison;

/**
 * The trained backbone beside ridge regression, on the same pictures.
 *
 * @param brainToImage which of them finds more images
 * @param imageToBrain which of them finds more brains
 */
public record Comparison(PairedComparison brainToImage, PairedComparison imageToBrain) {
  private static final double TINY = 1e-4;

  /** What the tests say together. Both must support it, so no correction for two is needed. */
  public enum Verdict {
    /** Better in both directions. */
    WINS,
    /** Better in one direction; the other may be chance. */
    AHEAD,
    /** Any difference may be chance. */
    UNDECIDED,
    /** Worse in at least one direction. */
    LOSES
  }

  /**
   * Compares.
   *
   * @param mindEye the backbone
   * @param ridge the baseline, on the same samples
   */
  static Comparison of(MethodScores mindEye, MethodScores ridge) {
    return new Comparison(
        PairedComparison.top1(mindEye.all().brainToImage(), ridge.all().brainToImage()),
        PairedComparison.top1(mindEye.all().imageToBrain(), ridge.all().imageToBrain()));
  }

  /**
   * Who is better.
   *
   * @return what both tests say together
   */
  public Verdict verdict() {
    if (brainToImage.secondIsBetter() || imageToBrain.secondIsBetter()) {
      return Verdict.LOSES;
    }
    if (brainToImage.firstIsBetter() && imageToBrain.firstIsBetter()) {
      return Verdict.WINS;
    }
    return brainToImage.firstIsBetter() || imageToBrain.firstIsBetter()
        ? Verdict.AHEAD
        : Verdict.UNDECIDED;
  }

  /** The verdict as a sentence. */
  String sentence() {
    return switch (verdict()) {
      case WINS -> "MindEye finds more pictures than ridge regression in both directions.";
      case AHEAD ->
          String.format(
              Locale.ROOT,
              "MindEye finds more pictures than ridge regression %s; %s the difference may be"
                  + " chance.",
              brainToImage.firstIsBetter() ? "from brain to image" : "from image to brain",
              brainToImage.firstIsBetter() ? "from image to brain" : "from brain to image");
      case UNDECIDED ->
          "These pictures do not tell MindEye and ridge regression apart: the differences may be"
              + " chance.";
      case LOSES -> "MindEye finds fewer pictures than ridge regression in at least one direction.";
    };
  }

  /** The counts of one direction and what they mean. */
  static String sentence(String direction, PairedComparison pair) {
    int total = pair.both() + pair.onlyFirst() + pair.onlySecond() + pair.neither();
    String meaning =
        pair.firstIsBetter() || pair.secondIsBetter() ? "more than chance" : "may be chance";
    return String.format(
        Locale.ROOT,
        "%s, among all %d: MindEye finds %d, ridge regression %d; %d only MindEye, %d only ridge"
            + " (%s: %s).",
        direction,
        total,
        pair.both() + pair.onlyFirst(),
        pair.both() + pair.onlySecond(),
        pair.onlyFirst(),
        pair.onlySecond(),
        p(pair.pValue()),
        meaning);
  }

  private static String p(double value) {
    return value < TINY ? "p < 0.0001" : String.format(Locale.ROOT, "p = %.2g", value);
  }
}
