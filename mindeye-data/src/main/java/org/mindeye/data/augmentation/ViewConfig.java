// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

import java.util.Objects;

/**
 * How a second view of an image is made for a teacher to look at, in this order: jitter, grayscale,
 * solarise, blur, crop and resize. Each happens to each image with a probability of its own.
 *
 * @param jitter how much colours vary
 * @param grayscaleProbability that an image loses its colours, in [0, 1]
 * @param solarize how light parts become their negative
 * @param blur how sharp edges soften
 * @param crop the boxes; its probability is that of each image, not of a batch
 */
public record ViewConfig(
    JitterConfig jitter,
    double grayscaleProbability,
    SolarizeConfig solarize,
    BlurConfig blur,
    CropConfig crop) {

  /** Checks the numbers, and that every choice is made. */
  public ViewConfig {
    Objects.requireNonNull(jitter, "jitter");
    Ranges.require("grayscaleProbability", grayscaleProbability, 0, 1);
    Objects.requireNonNull(solarize, "solarize");
    Objects.requireNonNull(blur, "blur");
    Objects.requireNonNull(crop, "crop");
  }

  /**
   * The published views of the low-level branch's training: eight images in ten are jittered, two
   * gray, two solarised, one blurred, and all cropped to 50 to 100 % of their area. The random
   * numbers are this library's, not the original's.
   *
   * @return the configuration
   */
  public static ViewConfig paper() {
    return new ViewConfig(
        JitterConfig.paper().withProbability(0.8),
        0.2,
        SolarizeConfig.paper(),
        BlurConfig.paper(),
        new CropConfig(1, 0.5, 1, 3.0 / 4, 4.0 / 3));
  }

  /**
   * Nothing changes.
   *
   * @return the configuration whose views are the images themselves
   */
  public static ViewConfig unchanged() {
    return new ViewConfig(
        JitterConfig.paper().withProbability(0),
        0,
        new SolarizeConfig(0, 0, 1, 1),
        new BlurConfig(0, 1, 1),
        CropConfig.paper().withProbability(0));
  }
}
