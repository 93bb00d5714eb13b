// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.TensorSpec;

/**
 * The cross-entropy of single right classes, {@code -mean_i logsoftmax(x_i)[c_i]} in nats: 0 at
 * best, the logarithm of the number of classes for a guess that is even.
 */
public final class ClassLoss {
  private static final TensorSpec LOGITS = TensorSpec.of("logits").axis("samples").axis("classes");
  private static final int CLASSES = 1;

  private ClassLoss() {}

  /**
   * Computes the loss without looking at its value. Gradients flow to the logits.
   *
   * @param logits {@code [samples, classes]}, float32 or float64
   * @param classes {@code [samples]}, int64, numbers of the right classes from 0 on; the caller's
   *     promise, as a check would read the device
   * @return a scalar, owned by the logits' manager; NaN or infinite if a logit is
   * @throws ShapeMismatchException if the shapes do not fit together
   */
  public static NDArray evaluateUnchecked(NDArray logits, NDArray classes) {
    Shape each = new Shape(LOGITS.check(logits).getShape().get(0));
    if (!classes.getShape().equals(each)) {
      throw new ShapeMismatchException(
          "classes: expected one for each sample, " + each + ", but was " + classes.getShape());
    }
    return Temporaries.freed(
        () -> logits.logSoftmax(CLASSES).gather(classes.expandDims(CLASSES), CLASSES).mean().neg());
  }
}
