// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** A report that uses everything. */
final class SampleReport {
  private SampleReport() {}

  static byte[] image(String format, int hue) throws IOException {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.getHSBColor(hue / 12f, 0.5f, 0.95f));
    graphics.fillRect(0, 0, 64, 64);
    graphics.setColor(Color.getHSBColor(hue / 12f + 0.4f, 0.8f, 0.6f));
    graphics.fillOval(8 + hue, 12, 36, 36);
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, format, bytes);
    return bytes.toByteArray();
  }

  static LineChart learning() {
    double[] train = new double[60];
    double[] validation = new double[60];
    for (int i = 0; i < 60; i++) {
      train[i] = 0.97 - 0.9 * Math.exp(-i / 12.0);
      validation[i] = 0.86 - 0.8 * Math.exp(-i / 10.0) + 0.02 * Math.sin(i * 1.7);
    }
    validation[20] = Double.NaN;
    return LineChart.builder("Top-1 while training", "epoch", "top-1 of 300")
        .series("training", train)
        .series("validation", validation)
        .reference("chance", 1 / 300.0)
        .range(0, 1)
        .format(ValueFormat.PERCENT)
        .build();
  }

  static BarChart comparison() {
    return BarChart.builder("Test set, mean of 30 pools of 300", "top-1 accuracy (95 % interval)")
        .bar("MindEye", "MindEye, brain → image", 0.8512, 0.838, 0.864)
        .bar("MindEye", "MindEye, image → brain", 0.9021, 0.891, 0.913)
        .bar("ridge regression", "ridge, brain → image", 0.412, 0.391, 0.433)
        .bar("ridge regression", "ridge, image → brain", 0.387, 0.367, 0.407)
        .reference("chance", 1 / 300.0)
        .format(ValueFormat.PERCENT)
        .build();
  }

  /** All of it between 94 and 100 %. */
  static BarChart close() {
    return BarChart.builder("All test pictures", "top-1 accuracy (95 % interval)")
        .bar("MindEye", "MindEye, brain → image", 0.9617, 0.943, 0.9755)
        .bar("MindEye", "MindEye, image → brain", 0.9983, 0.991, 1)
        .bar("ridge regression", "ridge, brain → image", 0.949, 0.942, 0.967)
        .bar("noise ceiling", "noise ceiling, brain → image", 1, 0.994, 1)
        .reference("chance", 1 / 600.0)
        .format(ValueFormat.PERCENT)
        .build();
  }

  static LineChart loss() {
    return LineChart.builder("Loss", "epoch", "SoftCLIP loss")
        .series("training", 9.1, 6.2, 4.4, 3.3, 2.6, 2.1, 1.8, 1.61, 1.5, 1.44)
        .series("validation", 9.2, 6.9, 5.4, 4.7, 4.2, 3.9, 3.75, 3.7, 3.68, 3.67)
        .mark("SoftCLIP from here on", 4.5)
        .series("<b>escaped</b> & kept", 8, 7, 6.5, 6, 5.8, 5.7, 5.6, 5.6, 5.6, 5.6)
        .build();
  }

  static HtmlReport full() throws IOException {
    ImageGrid grid =
        ImageGrid.of("Seen images and the nearest", "seen", "1st", "2nd", "3rd", "4th", "5th")
            .row(
                "sample 17",
                ReportImage.of(image("png", 1), "scene with one disc"),
                ReportImage.of(image("jpg", 1), "the same scene")
                    .withCaption("0.93, right")
                    .highlight(),
                ReportImage.of(image("png", 4), "another scene").withCaption("0.71"),
                ReportImage.of(image("png", 5), "another scene").withCaption("0.66"),
                ReportImage.of(image("png", 6), "another scene").withCaption("0.61"),
                ReportImage.of(image("png", 7), "another scene").withCaption("0.55"))
            .row("sample 18", ReportImage.of(image("png", 9), "a scene"));
    return HtmlReport.titled("Retrieval on simulated subject 1")
        .subtitle("simulated voxels · 2026-11-23 · seed 42")
        .keyNumbers(
            new KeyNumber("brain → image, top-1 of 300", "85.1 %", "chance 0.33 %"),
            new KeyNumber("image → brain, top-1 of 300", "90.2 %", "chance 0.33 %"),
            new KeyNumber("noise ceiling, median voxel", "62 %", "mean of 3 repeats"))
        .section("Training")
        .paragraph("Both curves are scored among 300 candidates.")
        .charts(learning(), loss())
        .section("Test set")
        .note("The voxels are simulated: these numbers say nothing about a real brain.")
        .charts(comparison(), close())
        .table(
            Table.of("The record", "Field", "Value")
                .row("training.sha256", "0123456789abcdef".repeat(4))
                .row("java", "OpenJDK 64-Bit Server VM 17.0.17"))
        .table(
            Table.of("Every method", "Method", "Brain to image", "Image to brain", "All", "Rank")
                .row("MindEye", "97.7 % ± 0.2", "99.9 % ± 0.1", "96.2 % (94.3 to 97.6)", "1.0")
                .row("Ridge regression", "94.6 % ± 0.2", "99.5 % ± 0.1", "91.8 %", "1.0"))
        .table(
            Table.of("Ridge regression: score of each penalty", "penalty", "score", "remark")
                .row("1", "0.21", "")
                .row("100", "0.412", "chosen")
                .row("10000", "-0.05", "too strong"))
        .section("Examples")
        .images(grid);
  }
}
