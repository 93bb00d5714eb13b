// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.TrialImage;

/** Pictures of a page, of which there may be a thousand. */
final class SmallPicture {
  private static final int SIDE = 192;
  private static final float QUALITY = 0.85f;
  private static final Color GRAY = new Color(0xdddddd);

  private SmallPicture() {}

  /** A JPEG file whose longer side is {@value #SIDE} pixels at most. */
  static byte[] of(TrialImage picture) {
    double scale = Math.min(1, (double) SIDE / Math.max(picture.width(), picture.height()));
    int width = Math.max(1, (int) Math.round(scale * picture.width()));
    int height = Math.max(1, (int) Math.round(scale * picture.height()));
    BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = small.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(picture.toBufferedImage(), 0, 0, width, height, null);
    graphics.dispose();
    return EncodedImage.jpeg(picture.origin(), small, QUALITY).bytes();
  }

  /** In place of a picture that is not there: gray, with a cross. */
  static byte[] missing() {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(GRAY);
    graphics.fillRect(0, 0, SIDE, SIDE);
    graphics.setColor(Color.GRAY);
    graphics.drawLine(0, 0, SIDE, SIDE);
    graphics.drawLine(0, SIDE, SIDE, 0);
    graphics.dispose();
    return EncodedImage.png(SampleOrigin.memory("missing"), image).bytes();
  }
}
