// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Blur;

/**
 * How steep images are, by Sobel's filter: {@code sqrt(gx^2 + gy^2 + 1e-6)} of the two slopes, each
 * a difference of neighbours with the weights 1, 2, 1 over 8. The outermost pixels are repeated
 * outside, as in kornia's {@code sobel}.
 */
final class Edges {
  private static final double EPSILON = 1e-6;
  private static final double EIGHTH = 0.125;
  private static final int MEDIAN = 3;
  private static final int ROWS = 2;
  private static final int COLUMNS = 3;

  private Edges() {}

  /**
   * Filters images that a network painted. Gradients flow.
   *
   * @param images {@code [batch, channels, height, width]} in [0, 1]
   * @return the same shape, owned by the images' manager
   */
  static NDArray of(NDArray images) {
    NDArray wide = repeated(repeated(images, ROWS), COLUMNS);
    NDArray across = smooth(difference(wide, COLUMNS), ROWS);
    NDArray down = smooth(difference(wide, ROWS), COLUMNS);
    NDArray squares = across.square().add(down.square());
    return squares.add(Torch.scalar(squares, EPSILON)).sqrt();
  }

  /**
   * The same of images that were seen. They lose single odd pixels first, in a median of 3 x 3, as
   * published: what is painted does not.
   */
  static NDArray ofSeen(NDArray images) {
    return of(Blur.median(images, MEDIAN));
  }

  /** The first and last row or column twice. */
  private static NDArray repeated(NDArray x, int axis) {
    long last = x.getShape().get(axis) - 1;
    NDArray first = part(x, axis, 0, 1);
    return first.concat(x, axis).concat(part(x, axis, last, last + 1), axis);
  }

  private static NDArray difference(NDArray x, int axis) {
    return shifted(x, axis, 2).sub(shifted(x, axis, 0));
  }

  private static NDArray smooth(NDArray x, int axis) {
    NDArray middle = shifted(x, axis, 1);
    NDArray sum = shifted(x, axis, 0).add(middle).add(middle).add(shifted(x, axis, 2));
    return sum.mul(Torch.scalar(sum, EIGHTH));
  }

  /** All but two rows or columns, from one on. */
  private static NDArray shifted(NDArray x, int axis, int from) {
    return part(x, axis, from, from + x.getShape().get(axis) - 2);
  }

  private static NDArray part(NDArray x, int axis, long from, long end) {
    return x.get(
        axis == ROWS
            ? new NDIndex(":, :, {}:{}", from, end)
            : new NDIndex(":, :, :, {}:{}", from, end));
  }
}
