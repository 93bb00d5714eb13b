// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.util.Locale;
import org.mindeye.Plural;
import org.mindeye.evaluation.PoolScores;

/** The figures for the console. */
public final class Summary {
  private Summary() {}

  /**
   * Puts the figures into a table, and the comparison into sentences.
   *
   * @param evaluation what is summed up
   * @return some lines
   */
  public static String of(Evaluation evaluation) {
    PoolScores pools = evaluation.mindEye().pools();
    StringBuilder text = new StringBuilder(heading(evaluation, pools));
    line(text, "", "brain to image", "image to brain");
    for (MethodScores method : evaluation.methods()) {
      if (pools.isWholeSet()) {
        line(
            text,
            method.method().title(),
            Figures.percent(method.all().brainToImage().hits()),
            Figures.percent(method.all().imageToBrain().hits()));
      } else {
        line(
            text,
            method.method().title(),
            Figures.percent(method.pools().brainToImage()),
            Figures.percent(method.pools().imageToBrain()));
      }
    }
    String chance = String.format(Locale.ROOT, "%.1f %%", 100 * pools.chance());
    line(text, "Chance", chance, chance);
    evaluation.comparison().ifPresent(comparison -> compared(text, comparison));
    evaluation.prior().ifPresent(prior -> text.append(prior(prior)));
    evaluation.leftOut().forEach(reason -> text.append("left out: ").append(reason).append('\n'));
    return text.toString().stripTrailing();
  }

  private static String heading(Evaluation evaluation, PoolScores pools) {
    int all = evaluation.test().size();
    String heading =
        pools.isWholeSet()
            ? String.format(
                Locale.ROOT,
                "top-1 among all %s (95 %% interval of another draw of images)%n",
                Plural.of(all, "test image"))
            : String.format(
                Locale.ROOT,
                "top-1 among %d of %s, mean of %s (± the 95 %% interval of the draw"
                    + " of pools)%n",
                pools.config().poolSize(),
                Plural.of(all, "test image"),
                Plural.of(pools.config().repetitions(), "pool"));
    int repeated = evaluation.repeatedImages();
    return repeated == 0
        ? heading
        : heading
            + String.format(
                Locale.ROOT,
                "%s of an image that an earlier one shows, too: any of them counts%n",
                Plural.of(repeated, "sample"));
  }

  private static void line(StringBuilder text, String name, String brain, String image) {
    String line = String.format(Locale.ROOT, "%-18s %-24s %s", name, brain, image);
    text.append(line).append(System.lineSeparator());
  }

  private static void compared(StringBuilder text, Comparison comparison) {
    text.append(comparison.sentence()).append(System.lineSeparator());
    text.append(Comparison.sentence("brain to image", comparison.brainToImage()));
    text.append(System.lineSeparator());
    text.append(Comparison.sentence("image to brain", comparison.imageToBrain()));
    text.append(System.lineSeparator());
  }

  private static String prior(PriorEffect prior) {
    return String.format(
        Locale.ROOT,
        "cosine of tokens and the seen image's: %.3f before the prior, %.3f after it"
            + " (mean of %s: %.3f)%n",
        prior.before().cosine(),
        prior.sample().cosine(),
        Plural.of(PriorEffect.DRAWS, "sample"),
        prior.mean().cosine());
  }
}
