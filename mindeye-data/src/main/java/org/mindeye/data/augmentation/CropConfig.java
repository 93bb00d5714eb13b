// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

/**
 * How the images of a batch are cropped: all of them, each with a box of its own, or none.
 *
 * @param probability that a batch is cropped, in [0, 1]
 * @param minArea least area of a box, as a share of the image, in (0, maxArea]
 * @param maxArea largest area of a box, as a share of the image, up to 1
 * @param minAspect least ratio of the sides, in (0, maxAspect]
 * @param maxAspect largest ratio of the sides; the ratio's logarithm is uniform between the two
 */
public record CropConfig(
    double probability, double minArea, double maxArea, double minAspect, double maxAspect) {

  /** Checks the numbers. */
  public CropConfig {
    Ranges.require("crop.probability", probability, 0, 1);
    Ranges.require("crop.maxArea", maxArea, Ranges.LEAST, 1);
    Ranges.require("crop.minArea", minArea, Ranges.LEAST, maxArea);
    Ranges.require("crop.maxAspect", maxAspect, Ranges.LEAST, 1 / Ranges.LEAST);
    Ranges.require("crop.minAspect", minAspect, Ranges.LEAST, maxAspect);
  }

  /**
   * The published crop: three batches in ten, 60 to 100 % of the area, sides from 3:4 to 4:3.
   *
   * @return the configuration
   */
  public static CropConfig paper() {
    return new CropConfig(0.3, 0.6, 1, 3.0 / 4, 4.0 / 3);
  }

  /**
   * The same boxes, drawn more or less often.
   *
   * @param changed that a batch is cropped, in [0, 1]
   * @return a copy
   */
  public CropConfig withProbability(double changed) {
    return new CropConfig(changed, minArea, maxArea, minAspect, maxAspect);
  }
}
