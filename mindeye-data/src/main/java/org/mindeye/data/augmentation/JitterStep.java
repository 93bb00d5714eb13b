// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

/** One of the four changes of colour; their order matters. */
public enum JitterStep {
  /** {@code clamp(factor * v)} to [0, 1]. */
  BRIGHTNESS,
  /**
   * {@code clamp(factor * v + (1 - factor) * mean)} to [0, 1], with the mean over all pixels of
   * {@code 0.299 red + 0.587 green + 0.114 blue}.
   */
  CONTRAST,
  /**
   * {@code clamp(factor * v + (1 - factor) * gray)} to [0, 1], with each pixel's {@code 0.299 red +
   * 0.587 green + 0.114 blue}.
   */
  SATURATION,
  /** Turns the hue of the HSV representation; not clamped. */
  HUE
}
