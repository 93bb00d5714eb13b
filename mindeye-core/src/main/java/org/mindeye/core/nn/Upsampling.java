// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.internal.kernel.Resize;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.Interpolation;

/** Images made larger without parameters. Gradients flow. */
public final class Upsampling {
  private Upsampling() {}

  /**
   * Repeats each pixel in both directions.
   *
   * @param x {@code [batch, channels, height, width]}
   * @param factor how often, from 1
   * @return {@code [batch, channels, factor * height, factor * width]}, owned by x's manager; x
   *     itself for a factor of 1
   */
  public static NDArray nearest(NDArray x, int factor) {
    long height = x.getShape().get(2);
    long width = x.getShape().get(3);
    return Resize.to(x, factor * height, factor * width, Interpolation.NEAREST, Antialias.OFF);
  }
}
