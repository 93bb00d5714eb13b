// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

/**
 * A rectangle of whole pixels in an image.
 *
 * @param top its first row, from 0
 * @param left its first column, from 0
 * @param height how many rows, at least 1
 * @param width how many columns, at least 1
 */
public record CropBox(int top, int left, int height, int width) {

  /** Checks that the box is not empty. */
  public CropBox {
    Ranges.require("top", top, 0, AugmentationPlan.MAX_SIDE);
    Ranges.require("left", left, 0, AugmentationPlan.MAX_SIDE);
    Ranges.require("height", height, 1, AugmentationPlan.MAX_SIDE);
    Ranges.require("width", width, 1, AugmentationPlan.MAX_SIDE);
  }

  /**
   * The whole of an image.
   *
   * @param height the image's rows
   * @param width the image's columns
   * @return the box that leaves nothing out
   */
  public static CropBox whole(int height, int width) {
    return new CropBox(0, 0, height, width);
  }
}
