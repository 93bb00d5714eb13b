// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.evaluation.report.ReportImage;

/** Small pictures, so that a page of many can be opened. */
public final class Thumbnail {
  private static final int SIDE = 192;
  private static final float QUALITY = 0.9f;

  private Thumbnail() {}

  /**
   * Shrinks a picture to 192 pixels at its longer side, if it is larger.
   *
   * @param large without transparency; not changed
   * @param words what a reader who does not see it reads instead
   * @return a JPEG
   */
  public static ReportImage of(BufferedImage large, String words) {
    double scale = Math.min(1, (double) SIDE / Math.max(large.getWidth(), large.getHeight()));
    int width = Math.max(1, (int) Math.round(large.getWidth() * scale));
    int height = Math.max(1, (int) Math.round(large.getHeight() * scale));
    BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = small.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(large, 0, 0, width, height, null);
    graphics.dispose();
    EncodedImage jpeg = EncodedImage.jpeg(SampleOrigin.memory(words), small, QUALITY);
    return ReportImage.of(jpeg.encoded().bytes(), words);
  }
}
