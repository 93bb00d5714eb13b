// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.volume;

import java.nio.ByteOrder;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * What a file says of its voxels.
 *
 * @param grid one image
 * @param frames how many images follow each other
 * @param type of the numbers
 * @param order of their bytes
 * @param scaling from the numbers to values
 * @param offset of the first number
 */
record VolumeHeader(
    VolumeGrid grid, int frames, ElementType type, ByteOrder order, Scaling scaling, long offset) {

  /** {@code value = slope * number + intercept}. */
  record Scaling(double slope, double intercept) {
    static final Scaling NONE = new Scaling(1, 0);

    double value(double number) {
      return slope * number + intercept;
    }
  }

  long frameBytes() {
    return (long) grid.voxels() * type.bytes();
  }

  /** Behind the last number. */
  long end() {
    return offset + frameBytes() * frames;
  }

  /** A grid of checked size. */
  static VolumeGrid grid(String source, int width, int height, int depth, int frames) {
    if (width < 1 || height < 1 || depth < 1 || frames < 1) {
      throw new MalformedFileException(
          source,
          "axes of 1 or more",
          VolumeGrid.name(width, height, depth)
              + " x "
              + frames
              + ": damaged, or of another order");
    }
    if (VolumeGrid.tooMany(width, height, depth)) {
      throw new MalformedFileException(
          source, "fewer than 2^31 voxels", VolumeGrid.name(width, height, depth));
    }
    return new VolumeGrid(width, height, depth);
  }
}
