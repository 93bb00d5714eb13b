// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import org.mindeye.core.tensor.ImageBatch;

/** Is shown the pictures that a run paints after its epochs. */
@FunctionalInterface
public interface PaintedListener {
  /** Looks at none. */
  PaintedListener NONE = (epoch, seen, painted) -> {};

  /**
   * Pictures were painted.
   *
   * @param epoch 0 for the first
   * @param seen the validation pictures, {@code [pictures, 3, height, width]} in [0, 1]; of use
   *     during this call
   * @param painted from their tokens, of the same shape and range; of use during this call
   */
  void onPainted(int epoch, ImageBatch seen, ImageBatch painted);
}
