// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;

/** A contrastive loss of brain and image vectors of the same samples, without mixing. */
public sealed interface PairedLoss permits ClipLoss, SoftClipLoss {
  /**
   * What similarities are divided by.
   *
   * @return a positive number
   */
  double temperature();

  /**
   * Computes the loss and checks that it is finite, which waits for the device.
   *
   * @param brain {@code [batch, width]}, unit rows, at least two; float32 or float64
   * @param image {@code [batch, width]}, unit rows of the same samples and type; no gradient flows
   *     to them
   * @return a scalar, owned by the brain vectors' manager
   * @throws ShapeMismatchException if shapes or types differ, or there are fewer than two samples
   * @throws NotFiniteException if a vector, or the loss, holds NaN or infinity
   */
  default NDArray evaluate(ClipVectors brain, ClipVectors image) {
    return Border.requireFinite(
        evaluateUnchecked(brain, image),
        List.of(new Border.Input("brain", brain), new Border.Input("image", image)));
  }

  /**
   * As {@link #evaluate}, but does not look at the value: for a loop that reads all numbers of a
   * step at once, and refuses NaN and infinity itself.
   *
   * @param brain as there
   * @param image as there
   * @return a scalar, owned by the brain vectors' manager; NaN or infinite if the vectors are
   * @throws ShapeMismatchException if shapes or types differ, or there are fewer than two samples
   */
  NDArray evaluateUnchecked(ClipVectors brain, ClipVectors image);
}
