// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.util.Locale;
import org.mindeye.Plural;
import org.mindeye.cli.report.PriorEffect.Closeness;
import org.mindeye.data.Split;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.Table;

/** What the report for people says about the diffusion prior. */
final class PriorSection {
  private PriorSection() {}

  static void add(HtmlReport report, PriorEffect prior) {
    String usual = prior.reference() == Split.TRAIN ? "training" : "test";
    report.section("What the prior adds");
    report.paragraph(
        String.format(
            Locale.ROOT,
            "Retrieval compares the projector's output. A generator needs CLIP's tokens themselves."
                + " The backbone's are not in that space, as no loss asks them to be; from them the"
                + " diffusion prior samples tokens that are, in %s. On the test split the"
                + " mean cosine with the tokens of the seen picture is %.3f before the prior and %.3f"
                + " after it; the mean %s picture, whatever was seen, has %.3f.",
            Plural.of(PriorEffect.STEPS, "step"),
            prior.before().cosine(),
            prior.sample().cosine(),
            usual,
            prior.constant().cosine()));
    Table table =
        Table.of(
            "Tokens of all test pictures beside those of CLIP",
            "Tokens",
            "Mean cosine",
            "Squared error / variance");
    table = row(table, "backbone, before the prior", prior.before());
    table = row(table, "projector, for retrieval only", prior.projected());
    table = row(table, "prior, one sample", prior.sample());
    String mean =
        String.format(Locale.ROOT, "prior, mean of %s", Plural.of(PriorEffect.DRAWS, "sample"));
    table = row(table, mean, prior.mean());
    table = row(table, "mean " + usual + " picture, whatever was seen", prior.constant());
    report.table(table);
    report.note(
        "A sample is one picture that the brain may have seen: what the response leaves open, it"
            + " makes up, and errs there. The mean of several samples makes up less, so it"
            + " should be closer, but it is not itself a likely picture. Errors are in units of"
            + " what knowing nothing costs,"
            + " and can be far above 1 where no loss asks for a length: of the backbone, or of"
            + " the projector,"
            + " of which only the direction is trained.");
  }

  private static Table row(Table table, String name, Closeness tokens) {
    return table.row(
        name,
        String.format(Locale.ROOT, "%.3f", tokens.cosine()),
        String.format(Locale.ROOT, "%.2f", tokens.error()));
  }
}
