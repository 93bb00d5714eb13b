package org.mindeye.examples.quickstart;

import java.util.Locale;
import org.mindeye.examples.report.Figures;

/** The figures for the console. */
final class Summary {
  private Summary() {}

  static String of(QuickstartResult result) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "top-1 among %d test images, mean of 30 pools with its 95 %% interval%n%-18s %-18s %s%n",
            result.config().poolSize(),
            "",
            "brain to image",
            "image to brain"));
    for (MethodScores method :
        new MethodScores[] {result.mindEye(), result.ridge(), result.ceiling()}) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-18s %-18s %s%n",
              method.name(),
              Figures.percent(method.pools().brainToImage()),
              Figures.percent(method.pools().imageToBrain())));
    }
    String chance = String.format(Locale.ROOT, "%.1f %%", 100 * result.mindEye().pools().chance());
    return text.append(String.format(Locale.ROOT, "%-18s %-18s %s%n", "Chance", chance, chance))
        .append(prior(result.prior()))
        .toString();
  }

  private static String prior(PriorEffect prior) {
    return String.format(
        Locale.ROOT,
        "cosine of tokens and the seen image's: %.3f before the prior, %.3f after it"
            + " (mean of %d samples: %.3f)",
        prior.before().cosine(),
        prior.sample().cosine(),
        PriorEffect.DRAWS,
        prior.mean().cosine());
  }
}
