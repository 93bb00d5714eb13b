// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;
import org.mindeye.core.internal.kernel.ImagePooling;

/** Images made smaller without parameters. Gradients flow. */
public final class Pooling {
  private Pooling() {}

  /**
   * The largest value of each window.
   *
   * @param x {@code [batch, channels, height, width]}
   * @param window with the same padding on opposite sides, at most half its size; padding never
   *     wins
   * @return {@code [batch, channels, height, width]}, each side {@code floor((side + padding -
   *     window) / stride) + 1} long, owned by x's manager
   * @throws IllegalArgumentException if the padding is not symmetric
   */
  public static NDArray max(NDArray x, Window window) {
    return Pool.maxPool2d(x, size(window), stride(window), padding(window), false);
  }

  /**
   * The mean of each window; zeros of the padding count.
   *
   * @param x {@code [batch, channels, height, width]}
   * @param window with the same padding on opposite sides, at most half its size
   * @return {@code [batch, channels, height, width]}, each side {@code floor((side + padding -
   *     window) / stride) + 1} long, owned by x's manager
   * @throws IllegalArgumentException if the padding is not symmetric
   */
  public static NDArray average(NDArray x, Window window) {
    return Pool.avgPool2d(x, size(window), stride(window), padding(window), false, true);
  }

  /**
   * Means over a grid of an exact size, whatever the image's: row i of the result covers the rows
   * from {@code floor(i height / rows)} up to {@code ceil((i + 1) height / rows)}.
   *
   * @param x {@code [batch, channels, height, width]}
   * @param rows of the result
   * @param columns of the result
   * @return {@code [batch, channels, rows, columns]}, owned by x's manager
   */
  public static NDArray adaptiveAverage(NDArray x, int rows, int columns) {
    return ImagePooling.adaptiveAverage(x, rows, columns);
  }

  /**
   * The mean of each channel over the whole image.
   *
   * @param x {@code [batch, channels, height, width]}
   * @return {@code [batch, channels]}, owned by x's manager
   */
  public static NDArray globalAverage(NDArray x) {
    Shape shape = x.getShape();
    return x.reshape(shape.get(0), shape.get(1), -1).mean(new int[] {2});
  }

  private static Shape size(Window window) {
    return new Shape(window.height(), window.width());
  }

  private static Shape stride(Window window) {
    return new Shape(window.stride(), window.stride());
  }

  private static Shape padding(Window window) {
    if (!window.padding().isSymmetric()) {
      throw new IllegalArgumentException(
          "pooling: expected the same padding on opposite sides but was " + window.padding());
    }
    return new Shape(window.padding().top(), window.padding().left());
  }
}
