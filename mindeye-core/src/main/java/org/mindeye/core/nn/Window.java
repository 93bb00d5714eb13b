// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

/**
 * What a convolution or pooling sees of an image at a time, and where it looks.
 *
 * @param height rows of the window, from 1
 * @param width columns of the window, from 1
 * @param stride rows and columns from one position to the next, from 1
 * @param padding what is added around the image first
 */
public record Window(int height, int width, int stride, Padding padding) {
  /** Checks that there is a window, and that it moves. */
  public Window {
    if (height < 1 || width < 1 || stride < 1) {
      throw new IllegalArgumentException(
          "window: expected height, width and stride of 1 or more but was "
              + height
              + " x "
              + width
              + " with stride "
              + stride);
    }
  }

  /**
   * Rows and columns of zeros around an image.
   *
   * @param top rows above
   * @param bottom rows below
   * @param left columns before
   * @param right columns behind
   */
  public record Padding(int top, int bottom, int left, int right) {
    /** Checks that nothing is cut off. */
    public Padding {
      if (top < 0 || bottom < 0 || left < 0 || right < 0) {
        throw new IllegalArgumentException(
            "padding: expected 0 or more on each side but was "
                + top
                + ", "
                + bottom
                + ", "
                + left
                + ", "
                + right);
      }
    }

    /**
     * Whether opposite sides are equal.
     *
     * @return true if so
     */
    public boolean isSymmetric() {
      return top == bottom && left == right;
    }
  }

  /**
   * A window that moves by one and stays inside the image.
   *
   * @param height its rows
   * @param width its columns
   * @return the window
   */
  public static Window of(int height, int width) {
    return new Window(height, width, 1, new Padding(0, 0, 0, 0));
  }

  /**
   * A square window that moves by one and stays inside the image.
   *
   * @param side its rows and columns
   * @return the window
   */
  public static Window square(int side) {
    return of(side, side);
  }

  /**
   * The same with another stride.
   *
   * @param stride rows and columns from one position to the next
   * @return a window
   */
  public Window withStride(int stride) {
    return new Window(height, width, stride, padding);
  }

  /**
   * The same with padding on all sides.
   *
   * @param all rows and columns on each side
   * @return a window
   */
  public Window withPadding(int all) {
    return withPadding(all, all);
  }

  /**
   * The same with padding that differs between the axes.
   *
   * @param rows above and below
   * @param columns before and behind
   * @return a window
   */
  public Window withPadding(int rows, int columns) {
    return withPadding(new Padding(rows, rows, columns, columns));
  }

  /**
   * The same with any padding. Stable Diffusion's autoencoder halves its images with {@code
   * Window.square(3).withStride(2).withPadding(new Padding(0, 1, 0, 1))}.
   *
   * @param padding on each side
   * @return a window
   */
  public Window withPadding(Padding padding) {
    return new Window(height, width, stride, padding);
  }
}
