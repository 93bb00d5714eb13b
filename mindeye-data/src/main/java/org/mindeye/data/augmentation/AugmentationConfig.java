// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

import java.util.Objects;

/**
 * What happens to images before they are encoded, in this order: crop, resize, flip, jitter,
 * grayscale. The original does it to training and to validation batches.
 *
 * @param size pixels per side of the results, from 1 to 8192
 * @param crop how batches are cropped
 * @param flipProbability that an image is mirrored left to right, in [0, 1]
 * @param jitter how much colours vary
 * @param grayscaleProbability that an image loses its colours, in [0, 1]
 */
public record AugmentationConfig(
    int size,
    CropConfig crop,
    double flipProbability,
    JitterConfig jitter,
    double grayscaleProbability) {
  private static final int PUBLISHED_SIZE = 224;

  /** Checks the numbers. */
  public AugmentationConfig {
    Ranges.require("size", size, 1, AugmentationPlan.MAX_SIDE);
    Objects.requireNonNull(crop, "crop");
    Ranges.require("flipProbability", flipProbability, 0, 1);
    Objects.requireNonNull(jitter, "jitter");
    Ranges.require("grayscaleProbability", grayscaleProbability, 0, 1);
  }

  /**
   * The published augmentation, to 224 pixels. The random numbers are this library's, not the
   * original's.
   *
   * @return the configuration
   */
  public static AugmentationConfig paper() {
    return new AugmentationConfig(
        PUBLISHED_SIZE, CropConfig.paper(), 0.5, JitterConfig.paper(), 0.3);
  }

  /**
   * The same for an encoder that reads other images.
   *
   * @param changed pixels per side of the results, from 1 to 8192
   * @return a copy
   */
  public AugmentationConfig withSize(int changed) {
    return new AugmentationConfig(changed, crop, flipProbability, jitter, grayscaleProbability);
  }

  /**
   * The same with other crops.
   *
   * @param changed how batches are cropped
   * @return a copy
   */
  public AugmentationConfig withCrop(CropConfig changed) {
    return new AugmentationConfig(size, changed, flipProbability, jitter, grayscaleProbability);
  }

  /**
   * The same with more or fewer mirror images.
   *
   * @param changed that an image is mirrored, in [0, 1]
   * @return a copy
   */
  public AugmentationConfig withFlipProbability(double changed) {
    return new AugmentationConfig(size, crop, changed, jitter, grayscaleProbability);
  }

  /**
   * The same with other colours.
   *
   * @param changed how much colours vary
   * @return a copy
   */
  public AugmentationConfig withJitter(JitterConfig changed) {
    return new AugmentationConfig(size, crop, flipProbability, changed, grayscaleProbability);
  }

  /**
   * The same with more or fewer gray images.
   *
   * @param changed that an image loses its colours, in [0, 1]
   * @return a copy
   */
  public AugmentationConfig withGrayscaleProbability(double changed) {
    return new AugmentationConfig(size, crop, flipProbability, jitter, changed);
  }
}
