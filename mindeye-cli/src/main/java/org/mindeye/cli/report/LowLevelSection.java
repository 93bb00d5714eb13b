// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mindeye.Plural;
import org.mindeye.cli.report.LowLevelExample.Painted;
import org.mindeye.cli.report.LowLevelPictures.Painter;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.PixelScores;
import org.mindeye.evaluation.report.ReportImage;
import org.mindeye.evaluation.results.EvaluationReport;
import org.mindeye.evaluation.results.Metric;
import org.mindeye.evaluation.results.ScoreRow;
import org.mindeye.evaluation.results.ScoreTable;
import org.mindeye.evaluation.results.ScoredMethod;

/** What the report for people says about the low-level network. */
final class LowLevelSection {
  private LowLevelSection() {}

  /** Adds the section. */
  static void add(EvaluationReport report, LowLevelPictures pictures) {
    List<PixelScores> own = pictures.scores().get(Painter.NETWORK);
    Map<Integer, LowLevelExample> examples =
        pictures.examples().stream()
            .collect(Collectors.toMap(LowLevelExample::sample, Function.identity()));
    report.pictures(
        "The blurry picture",
        LowLevelPictures.scored(own),
        Metric.PIX_CORR,
        LowLevelEvaluator.SHOWN,
        List.of("seen", "network", "ridge", "autoencoder"),
        sample -> row(examples.get(sample)));
    report
        .page()
        .paragraph(
            "Retrieval can only find pictures that exist. The low-level network paints: from the"
                + " mean response it predicts the latents of an autoencoder, which decodes them. It"
                + " keeps layout and colour and loses detail, as the paper's does, where a generator"
                + " starts from it. Below each picture is PixCorr / SSIM, its likeness to the seen"
                + " one.")
        .table(table(pictures, own.size()).toTable())
        .paragraph(
            "In brackets is the 95 % interval of another draw of as many test pictures. "
                + sentence("PixCorr", pictures.lead(PixelScores::pixCorr))
                + " "
                + sentence("SSIM", pictures.lead(PixelScores::ssim))
                + " Both are measured on the same pictures, so the interval is that of the mean"
                + " difference.")
        .note(meaning(pictures));
  }

  private static List<ReportImage> row(LowLevelExample example) {
    String sample = ", test sample " + example.sample();
    return List.of(
        ReportImage.of(example.seen(), "seen picture" + sample),
        image(example, Painter.NETWORK, "painted by the network" + sample),
        image(example, Painter.RIDGE, "painted by ridge regression" + sample),
        image(
            example, Painter.AUTOENCODER, "decoded from the seen picture's own latents" + sample));
  }

  private static ReportImage image(LowLevelExample example, Painter painter, String what) {
    Painted painted = example.painted().get(painter);
    return ReportImage.of(painted.png(), what)
        .withCaption(text("%.2f / %.2f", painted.scores().pixCorr(), painted.scores().ssim()));
  }

  private static ScoreTable table(LowLevelPictures pictures, int all) {
    return new ScoreTable(
        text("Likeness of pixels, all %s", Plural.of(all, "test picture")),
        Arrays.stream(Painter.values())
            .map(
                painter ->
                    ScoredMethod.of(
                        painter.title(),
                        ScoreRow.of(Metric.PIX_CORR, pictures.pixCorr(painter)),
                        ScoreRow.of(Metric.SSIM, pictures.ssim(painter))))
            .toList());
  }

  /** Claims no more than the interval allows. */
  static String sentence(String score, Estimate lead) {
    String difference = text("%+.3f ± %.3f", lead.mean(), lead.halfWidth());
    if (lead.low() > 0) {
      return text("By %s the network is ahead of ridge regression (%s).", score, difference);
    }
    if (lead.high() < 0) {
      return text("By %s ridge regression is ahead of the network (%s).", score, difference);
    }
    return text(
        "By %s network and ridge regression do not differ by more than chance (%s).",
        score, difference);
  }

  private static String meaning(LowLevelPictures pictures) {
    return text(
        "PixCorr is the correlation of all pixel values, SSIM compares brightness, contrast and"
            + " structure in windows of 11 x 11 gray pixels; both are 1 for equal pictures. They are"
            + " computed on the pictures' own %1$d x %1$d pixels, so they do not compare with the"
            + " paper's, which are of photographs enlarged to 425 x 425. The network can do no"
            + " better than the autoencoder, whose latents it predicts. Another picture's response"
            + " shows what is reached without knowing what was seen. A flat picture is close to any"
            + " in SSIM, so the mean latents are hard to beat there. Ridge regression predicts the"
            + " same latents; its penalty, 10^%2$.1f, has the least squared error on the validation"
            + " split.",
        pictures.side(), Math.log10(pictures.penalty()));
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
