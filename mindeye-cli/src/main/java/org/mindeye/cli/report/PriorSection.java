// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.util.List;
import java.util.Locale;
import org.mindeye.Plural;
import org.mindeye.data.Split;
import org.mindeye.evaluation.TokenCloseness;
import org.mindeye.evaluation.report.ValueFormat;
import org.mindeye.evaluation.results.EvaluationReport;
import org.mindeye.evaluation.results.Metric;
import org.mindeye.evaluation.results.PictureScores;
import org.mindeye.evaluation.results.ScoreRow;
import org.mindeye.evaluation.results.ScoreTable;
import org.mindeye.evaluation.results.ScoredMethod;
import org.mindeye.evaluation.statistics.Better;

/** What the report for people says about the diffusion prior. */
final class PriorSection {
  private static final Metric COSINE = Metric.number("cosine", "Mean cosine", Better.HIGHER);
  private static final Metric ERROR =
      new Metric("error", "Squared error / variance", ValueFormat.NUMBER, 2, Better.LOWER);

  private PriorSection() {}

  /** Adds the section; the names are those of the test pictures. */
  static void add(EvaluationReport report, PriorEffect prior, List<String> names) {
    String usual = prior.reference() == Split.TRAIN ? "training" : "test";
    String mean = text("prior, mean of %s", Plural.of(PriorEffect.DRAWS, "sample"));
    report.prior(
        ScoreTable.of(
            "Tokens of all test pictures beside those of CLIP",
            row("backbone, before the prior", prior.before()),
            row("projector, for retrieval only", prior.projected()),
            row("prior, one sample", prior.sample()),
            row(mean, prior.mean()),
            row("mean " + usual + " picture, whatever was seen", prior.constant())),
        COSINE,
        PictureScores.of(names)
            .with(kind("before", "backbone, before the prior"), prior.before().each())
            .with(kind("constant", "mean " + usual + " picture"), prior.constant().each())
            .with(kind("mean", mean), prior.mean().each())
            .with(kind("sample", "prior, one sample"), prior.sample().each()));
    report
        .page()
        .paragraph(
            text(
                "Retrieval compares the projector's output. A generator needs CLIP's tokens"
                    + " themselves. The backbone's are not in that space, as no loss asks them to"
                    + " be; from them the diffusion prior samples tokens that are, in %s. On the"
                    + " test split the mean cosine with the tokens of the seen picture is %.3f"
                    + " before the prior and %.3f after it; the mean %s picture, whatever was seen,"
                    + " has %.3f.",
                Plural.of(PriorEffect.STEPS, "step"),
                prior.before().cosine(),
                prior.sample().cosine(),
                usual,
                prior.constant().cosine()))
        .note(
            "A sample is one picture that the brain may have seen: what the response leaves open,"
                + " it makes up, and errs there. The mean of several samples makes up less, so it"
                + " should be closer, but it is not itself a likely picture. Errors are in units of"
                + " what knowing nothing costs, and can be far above 1 where no loss asks for a"
                + " length: of the backbone, or of the projector, of which only the direction is"
                + " trained.");
  }

  private static Metric kind(String key, String title) {
    return Metric.number(key, title, Better.HIGHER);
  }

  private static ScoredMethod row(String name, TokenCloseness tokens) {
    return ScoredMethod.of(
        name, ScoreRow.of(COSINE, tokens.estimate()), ScoreRow.of(ERROR, tokens.error()));
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
