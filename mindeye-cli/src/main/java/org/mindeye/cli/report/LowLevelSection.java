// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.util.Locale;
import org.mindeye.Plural;
import org.mindeye.cli.report.LowLevelExample.Painted;
import org.mindeye.cli.report.LowLevelPictures.Painter;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.PixelScores;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.ImageGrid;
import org.mindeye.evaluation.report.ReportImage;
import org.mindeye.evaluation.report.Table;

/** What the report for people says about the low-level network. */
public final class LowLevelSection {
  private LowLevelSection() {}

  /**
   * Adds the section.
   *
   * @param report gets it
   * @param pictures what it shows
   */
  public static void add(HtmlReport report, LowLevelPictures pictures) {
    int all = pictures.scores().get(Painter.NETWORK).size();
    report.section("The blurry picture");
    report.paragraph(
        text(
            "Retrieval can only find pictures that exist. The low-level network paints: from the"
                + " mean response it predicts the latents of an autoencoder, which decodes them. It"
                + " keeps layout and colour and loses detail, as the paper's does, where a generator"
                + " starts from it. Of %s, sorted by PixCorr, these are the best, the middle and the"
                + " worst; below each is PixCorr / SSIM, its likeness to the seen one.",
            Plural.of(all, "test picture")));
    ImageGrid grid =
        ImageGrid.of("Painted: PixCorr / SSIM", "seen", "network", "ridge", "autoencoder");
    for (LowLevelExample example : pictures.examples()) {
      grid.row(text("%s: sample %d", example.place(), example.sample()), row(example));
    }
    report.images(grid);
    report.table(table(pictures, all));
    report.paragraph(
        "± is the 95 % interval of another draw of as many test pictures. "
            + sentence("PixCorr", pictures.lead(PixelScores::pixCorr))
            + " "
            + sentence("SSIM", pictures.lead(PixelScores::ssim))
            + " Both are measured on the same pictures, so the interval is that of the mean"
            + " difference.");
    report.note(meaning(pictures));
  }

  private static ReportImage[] row(LowLevelExample example) {
    String sample = ", test sample " + example.sample();
    return new ReportImage[] {
      ReportImage.of(example.seen(), "seen picture" + sample),
      image(example, Painter.NETWORK, "painted by the network" + sample),
      image(example, Painter.RIDGE, "painted by ridge regression" + sample),
      image(example, Painter.AUTOENCODER, "decoded from the seen picture's own latents" + sample)
    };
  }

  private static ReportImage image(LowLevelExample example, Painter painter, String what) {
    Painted painted = example.painted().get(painter);
    return ReportImage.of(painted.png(), what)
        .withCaption(text("%.2f / %.2f", painted.scores().pixCorr(), painted.scores().ssim()));
  }

  private static Table table(LowLevelPictures pictures, int all) {
    Table table =
        Table.of(
            text("Likeness of pixels, all %s", Plural.of(all, "test picture")),
            "Painted by",
            "PixCorr",
            "SSIM");
    for (Painter painter : Painter.values()) {
      table.row(painter.title(), number(pictures.pixCorr(painter)), number(pictures.ssim(painter)));
    }
    return table;
  }

  private static String number(Estimate estimate) {
    return estimate.hasInterval()
        ? text("%.3f ± %.3f", estimate.mean(), estimate.halfWidth())
        : text("%.3f", estimate.mean());
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
