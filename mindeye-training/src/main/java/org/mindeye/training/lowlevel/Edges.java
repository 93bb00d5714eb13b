// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.Torch;

/**
 * How steep images are, by Sobel's filter: {@code sqrt(gx^2 + gy^2 + 1e-6)} of the two slopes, each
 * a difference of neighbours with the weights 1, 2, 1 over 8. As kornia's {@code sobel}, but for
 * the outermost pixels, which have no neighbours on one side and are left out.
 */
final class Edges {
  private static final double EPSILON = 1e-6;
  private static final double EIGHTH = 0.125;
  private static final int ROWS = 2;
  private static final int COLUMNS = 3;

  private Edges() {}

  /**
   * Filters each channel. Gradients flow.
   *
   * @param images {@code [batch, channels, height, width]}, at least 3 x 3 pixels
   * @return {@code [batch, channels, height - 2, width - 2]}, owned by the images' manager
   */
  static NDArray of(NDArray images) {
    NDArray across = smooth(difference(images, COLUMNS), ROWS);
    NDArray down = smooth(difference(images, ROWS), COLUMNS);
    NDArray squares = across.square().add(down.square());
    return squares.add(Torch.scalar(squares, EPSILON)).sqrt();
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
    Shape shape = x.getShape();
    long end = from + shape.get(axis) - 2;
    return x.get(
        axis == ROWS
            ? new NDIndex(":, :, {}:{}", from, end)
            : new NDIndex(":, :, :, {}:{}", from, end));
  }
}
