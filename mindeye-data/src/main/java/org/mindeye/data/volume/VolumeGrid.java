// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.volume;

/**
 * The voxels of a brain image. Voxels are numbered with x fastest: {@code x + width * (y + height *
 * z)}, as they lie in the files.
 *
 * @param width voxels along x
 * @param height voxels along y; 1 for the vertices of a surface
 * @param depth voxels along z; 1 for the vertices of a surface
 */
public record VolumeGrid(int width, int height, int depth) {
  /** Checks that there are voxels, and fewer than 2^31. */
  public VolumeGrid {
    if (width < 1 || height < 1 || depth < 1 || tooMany(width, height, depth)) {
      throw new IllegalArgumentException(
          "a grid has axes of 1 or more and fewer than 2^31 voxels, not "
              + name(width, height, depth));
    }
  }

  static boolean tooMany(int width, int height, int depth) {
    return (long) width * height > Integer.MAX_VALUE
        || (long) width * height * depth > Integer.MAX_VALUE;
  }

  static String name(long width, long height, long depth) {
    return width + " x " + height + " x " + depth;
  }

  /**
   * How many voxels there are.
   *
   * @return the product of the axes
   */
  public int voxels() {
    return width * height * depth;
  }

  /**
   * The number of a voxel.
   *
   * @param x along the width
   * @param y along the height
   * @param z along the depth
   * @return 0 to {@link #voxels()} - 1
   * @throws IndexOutOfBoundsException if it is outside
   */
  public int index(int x, int y, int z) {
    if (x < 0 || y < 0 || z < 0 || x >= width || y >= height || z >= depth) {
      throw new IndexOutOfBoundsException(
          "voxel (" + x + ", " + y + ", " + z + ") is not on a grid of " + this);
    }
    return x + width * (y + height * z);
  }

  /**
   * Where a voxel lies, for messages.
   *
   * @param index its number
   * @return for example {@code (x 3, y 0, z 12)}
   */
  public String describe(int index) {
    return "(x "
        + index % width
        + ", y "
        + index / width % height
        + ", z "
        + index / width / height
        + ")";
  }

  @Override
  public String toString() {
    return name(width, height, depth);
  }
}
