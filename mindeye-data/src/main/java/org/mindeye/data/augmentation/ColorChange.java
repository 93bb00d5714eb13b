// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

/**
 * Changes of an image's colours, in place; {@code [3, pixels]}, red, green, blue. Single precision,
 * in the original's order of operations.
 */
final class ColorChange {
  static final int CHANNELS = 3;

  private static final float RED = 0.299f;
  private static final float GREEN = 0.587f;
  private static final float BLUE = 0.114f;

  private ColorChange() {}

  static void apply(JitterStep step, JitterFactors factors, float[] image) {
    switch (step) {
      case BRIGHTNESS -> scale(image, factors.brightness(), 0);
      case CONTRAST -> {
        float factor = factors.contrast();
        scale(image, factor, (1 - factor) * meanGray(image));
      }
      case SATURATION -> saturate(image, factors.saturation());
      case HUE -> HueShift.apply(image, factors.hue());
      default -> throw new IllegalArgumentException("unknown step " + step);
    }
  }

  private static void scale(float[] image, float factor, float offset) {
    for (int i = 0; i < image.length; i++) {
      image[i] = clamp(image[i] * factor + offset);
    }
  }

  private static float meanGray(float[] image) {
    int pixels = image.length / CHANNELS;
    double sum = 0;
    for (int i = 0; i < pixels; i++) {
      sum += gray(image, i, pixels);
    }
    return (float) (sum / pixels);
  }

  private static void saturate(float[] image, float factor) {
    int pixels = image.length / CHANNELS;
    for (int i = 0; i < pixels; i++) {
      float offset = (1 - factor) * gray(image, i, pixels);
      image[i] = clamp(image[i] * factor + offset);
      image[pixels + i] = clamp(image[pixels + i] * factor + offset);
      image[2 * pixels + i] = clamp(image[2 * pixels + i] * factor + offset);
    }
  }

  static void grayscale(float[] image) {
    int pixels = image.length / CHANNELS;
    for (int i = 0; i < pixels; i++) {
      float gray = gray(image, i, pixels);
      image[i] = gray;
      image[pixels + i] = gray;
      image[2 * pixels + i] = gray;
    }
  }

  static void solarize(float[] image, ImageView.Solarization how) {
    for (int i = 0; i < image.length; i++) {
      float level = clamp(image[i] + how.addition());
      image[i] = level < how.threshold() ? level : 1 - level;
    }
  }

  private static float gray(float[] image, int pixel, int pixels) {
    return RED * image[pixel] + GREEN * image[pixels + pixel] + BLUE * image[2 * pixels + pixel];
  }

  private static float clamp(float value) {
    return Math.min(Math.max(value, 0f), 1f);
  }
}
