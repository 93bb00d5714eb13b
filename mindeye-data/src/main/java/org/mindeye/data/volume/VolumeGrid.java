// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.volume;

/**
 * The voxels of a brain image. Voxels are numbered with x fastest: {@code x + width * (y + height *
 * z)}, as they lie in the files. The vertices of both hemispheres of a surface lie in a line, those
 * of the left one first; two such grids are equal if their hemispheres are.
 *
 * @param width voxels along x
 * @param height voxels along y; 1 for the vertices of a surface
 * @param depth voxels along z; 1 for the vertices of a surface
 * @param left how many of the vertices belong to the left hemisphere; 0 where these are not
 *     vertices of both
 */
public record VolumeGrid(int width, int height, int depth, int left) {
  /** Checks that there are voxels, and fewer than 2^31. */
  public VolumeGrid {
    if (width < 1 || height < 1 || depth < 1 || tooMany(width, height, depth)) {
      throw new IllegalArgumentException(
          "a grid has axes of 1 or more and fewer than 2^31 voxels, not "
              + name(width, height, depth));
    }
    if (left != 0 && (left < 0 || left >= width || height != 1 || depth != 1)) {
      throw new IllegalArgumentException(
          "the left hemisphere has some of the vertices in a line, not "
              + left
              + " of "
              + name(width, height, depth));
    }
  }

  /**
   * A grid that is no surface of two hemispheres.
   *
   * @param width voxels along x
   * @param height voxels along y
   * @param depth voxels along z
   */
  public VolumeGrid(int width, int height, int depth) {
    this(width, height, depth, 0);
  }

  /**
   * The vertices of a surface in a line, those of the left hemisphere first.
   *
   * @param left of the left hemisphere, 1 or more
   * @param right of the right one, 1 or more
   * @return the grid
   */
  public static VolumeGrid ofHemispheres(int left, int right) {
    if (left < 1 || right < 1) {
      throw new IllegalArgumentException(
          "each hemisphere has 1 vertex or more, not " + left + " and " + right);
    }
    return new VolumeGrid(left + right, 1, 1, left);
  }

  /**
   * Whether it is a line, as the vertices of a surface are.
   *
   * @return true if only its width is more than 1
   */
  public boolean isLine() {
    return height == 1 && depth == 1;
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
    return left == 0 ? name(width, height, depth) : left + " + " + (width - left) + " vertices";
  }
}
