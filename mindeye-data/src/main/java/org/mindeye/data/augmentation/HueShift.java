// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

/**
 * Turns hues by way of HSV, with the hue as an angle in radians. Where the original takes
 * remainders, the quotient is known to be -1, 0 or 1, and an addition gives the same bits.
 */
final class HueShift {
  private static final float TURN = (float) (2 * Math.PI);
  private static final float SECTORS = 6;

  /** Keeps black from dividing by zero. */
  private static final float EPSILON = 1e-8f;

  private HueShift() {}

  /**
   * Turns all hues, in place.
   *
   * @param image {@code [3, pixels]}, red, green, blue
   * @param turns from -0.5 to 0.5
   */
  static void apply(float[] image, float turns) {
    int pixels = image.length / ColorChange.CHANNELS;
    float shift = turns * 2 * (float) Math.PI;
    for (int i = 0; i < pixels; i++) {
      turn(image, i, pixels, shift);
    }
  }

  private static void turn(float[] image, int i, int pixels, float shift) {
    float red = image[i];
    float green = image[pixels + i];
    float blue = image[2 * pixels + i];
    float value = Math.max(Math.max(red, green), blue);
    float spread = value - Math.min(Math.min(red, green), blue);
    float saturation = spread / (value + EPSILON);

    // fmod keeps the sign: an angle below 0 stays there until the sectors are counted.
    float angle = angle(red, green, blue, value, spread) + shift;
    if (angle >= TURN) {
      angle -= TURN;
    }
    float position = angle / TURN * SECTORS;
    float floor = (float) Math.floor(position);
    float sector = modulo(floor);
    float fraction = modulo(position) - sector;

    float low = value * (1 - saturation);
    float falling = value * (1 - fraction * saturation);
    float rising = value * (1 - (1 - fraction) * saturation);
    switch ((int) sector) {
      case 0 -> put(image, i, pixels, value, rising, low);
      case 1 -> put(image, i, pixels, falling, value, low);
      case 2 -> put(image, i, pixels, low, value, rising);
      case 3 -> put(image, i, pixels, low, falling, value);
      case 4 -> put(image, i, pixels, rising, low, value);
      default -> put(image, i, pixels, value, low, falling);
    }
  }

  /** The hue in [0, 2 pi]; 0 for gray. */
  private static float angle(float red, float green, float blue, float value, float spread) {
    float delta = spread == 0 ? 1 : spread;
    float sixths;
    if (red == value) {
      sixths = (value - blue) - (value - green);
    } else if (green == value) {
      sixths = (value - red) - (value - blue) + 2 * delta;
    } else {
      sixths = (value - green) - (value - red) + 4 * delta;
    }
    float turns = sixths / delta / SECTORS;
    return TURN * (turns < 0 ? turns + 1 : turns);
  }

  private static float modulo(float sixths) {
    if (sixths < 0) {
      return sixths + SECTORS;
    }
    return sixths >= SECTORS ? sixths - SECTORS : sixths;
  }

  private static void put(float[] image, int i, int pixels, float red, float green, float blue) {
    image[i] = red;
    image[pixels + i] = green;
    image[2 * pixels + i] = blue;
  }
}
