package org.mindeye.examples.quickstart;

import java.util.List;
import java.util.Locale;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.LineChart;
import org.mindeye.evaluation.report.Table;
import org.mindeye.examples.quickstart.PriorEffect.Closeness;
import org.mindeye.training.TrainingListener.EpochReport;

/** What the report for people says about the diffusion prior. */
final class PriorSection {
  private PriorSection() {}

  static void add(HtmlReport report, QuickstartResult result) {
    PriorEffect prior = result.prior();
    report.section("What the prior adds");
    report.paragraph(
        String.format(
            Locale.ROOT,
            "Retrieval compares the projector's output. A generator needs the image's tokens"
                + " themselves, and those the diffusion prior samples from the backbone's tokens, in"
                + " %d steps. On the test split the mean cosine with the tokens of the seen picture"
                + " is %.3f before the prior and %.3f after it.",
            PriorEffect.STEPS,
            prior.before().cosine(),
            prior.sample().cosine()));
    Table table =
        Table.of(
            "Tokens of all test pictures beside those of CLIP",
            "Tokens",
            "Mean cosine",
            "Squared error / variance");
    table = row(table, "backbone, before the prior", prior.before());
    table = row(table, "prior, one sample", prior.sample());
    String mean = String.format(Locale.ROOT, "prior, mean of %d samples", PriorEffect.DRAWS);
    table = row(table, mean, prior.mean());
    table = row(table, "mean training picture, whatever was seen", prior.constant());
    report.table(table);
    report.note(
        "A sample is one picture the brain may have seen, so it also errs where the brain does not"
            + " say; a mean of samples is the better guess and, of all pictures, the less likely"
            + " one. Knowing nothing, one would answer with the mean training picture: an error of"
            + " 1, and a cosine above 0 because all pictures have something in common.");
  }

  private static Table row(Table table, String name, Closeness tokens) {
    return table.row(
        name,
        String.format(Locale.ROOT, "%.3f", tokens.cosine()),
        String.format(Locale.ROOT, "%.2f", tokens.error()));
  }

  /** The curves of the prior's loss. */
  static LineChart losses(List<EpochReport> history) {
    return LineChart.builder("Loss of the diffusion prior", "epoch", "squared error")
        .series("training", QuickstartReport.curve(history, e -> e.training().prior()))
        .series("validation", QuickstartReport.curve(history, e -> e.validation().losses().prior()))
        .build();
  }
}
