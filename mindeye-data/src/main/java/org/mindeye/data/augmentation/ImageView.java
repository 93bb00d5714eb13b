// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

import java.util.Objects;
import java.util.Optional;

/**
 * How the second view of one image is made; see {@link ViewConfig} for the order.
 *
 * @param jitter how its colours change; empty if they do not
 * @param grayscale whether it loses its colours
 * @param solarization how it is solarised; empty if it is not
 * @param blurSigma deviation of the blur in pixels; 0 for none
 * @param box what is kept of it, and stretched to the size of the image
 */
public record ImageView(
    Optional<JitterFactors> jitter,
    boolean grayscale,
    Optional<Solarization> solarization,
    double blurSigma,
    CropBox box) {

  /**
   * How an image is solarised.
   *
   * @param addition what all levels are raised by before, in [-1, 1]; clamped to [0, 1]
   * @param threshold levels from here on become {@code 1 - level}, in [0, 1]
   */
  public record Solarization(float addition, float threshold) {
    /** Checks the numbers. */
    public Solarization {
      Ranges.require("addition", addition, -1, 1);
      Ranges.require("threshold", threshold, 0, 1);
    }
  }

  /** Checks that nothing is missing. */
  public ImageView {
    Objects.requireNonNull(jitter, "jitter");
    Objects.requireNonNull(solarization, "solarization");
    Ranges.require("blurSigma", blurSigma, 0, Double.MAX_VALUE);
    Objects.requireNonNull(box, "box");
  }

  /**
   * The image itself.
   *
   * @param height its rows
   * @param width its columns
   * @return a view that changes nothing
   */
  public static ImageView unchanged(int height, int width) {
    return new ImageView(
        Optional.empty(), false, Optional.empty(), 0, CropBox.whole(height, width));
  }
}
