// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

/**
 * Turns uniform numbers into a box, as the original does: of ten sizes the first that is smaller
 * than the image in both directions, and if there is none the largest box of the image's full width
 * (or height) with sides in the least ratio; then a uniform position.
 */
final class BoxDraw {
  private static final int TRIES = 10;

  /** Uniform numbers per box: {@link #TRIES} areas, as many aspect ratios, top, left. */
  static final int NUMBERS = 2 * TRIES + 2;

  private final CropConfig config;
  private final int imageHeight;
  private final int imageWidth;

  BoxDraw(CropConfig config, int imageHeight, int imageWidth) {
    this.config = config;
    this.imageHeight = imageHeight;
    this.imageWidth = imageWidth;
  }

  CropBox box(float[] uniform, int at) {
    double logLeast = Math.log(config.minAspect());
    double logMost = Math.log(config.maxAspect());
    for (int i = 0; i < TRIES; i++) {
      double share = between(config.minArea(), config.maxArea(), uniform[at + i]);
      double area = share * imageHeight * imageWidth;
      double aspect = Math.exp(between(logLeast, logMost, uniform[at + TRIES + i]));
      int height = (int) Math.rint(Math.sqrt(area * aspect));
      int width = (int) Math.rint(Math.sqrt(area / aspect));
      if (height > 0 && height < imageHeight && width > 0 && width < imageWidth) {
        return placed(height, width, uniform, at);
      }
    }
    return fallback(uniform, at);
  }

  private CropBox fallback(float[] uniform, int at) {
    // The original uses the least ratio on both sides of it.
    boolean wide = (double) imageHeight / imageWidth < config.minAspect();
    int height = wide ? imageHeight : scaled(imageWidth * config.minAspect(), imageHeight);
    int width = wide ? scaled(imageHeight / config.minAspect(), imageWidth) : imageWidth;
    return placed(height, width, uniform, at);
  }

  private static int scaled(double side, int most) {
    return (int) Math.min(most, Math.max(1, Math.rint(side)));
  }

  private CropBox placed(int height, int width, float[] uniform, int at) {
    int top = (int) (uniform[at + 2 * TRIES] * (imageHeight - height + 1.0));
    int left = (int) (uniform[at + 2 * TRIES + 1] * (imageWidth - width + 1.0));
    return new CropBox(top, left, height, width);
  }

  private static double between(double least, double most, float uniform) {
    return least + (most - least) * uniform;
  }
}
