// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
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
   * Computes the loss.
   *
   * @param brain {@code [batch, width]}, unit rows, at least two; float32 or float64
   * @param image {@code [batch, width]}, unit rows of the same samples and type; no gradient flows
   *     to them
   * @return a scalar, owned by the brain vectors' manager
   * @throws ShapeMismatchException if shapes or types differ, or there are fewer than two samples
   * @throws NotFiniteException if a vector, or the loss, holds NaN or infinity
   */
  NDArray evaluate(ClipVectors brain, ClipVectors image);
}
