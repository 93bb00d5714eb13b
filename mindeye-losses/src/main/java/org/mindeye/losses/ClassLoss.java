// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * The cross-entropy of single right classes, {@code -mean_i logsoftmax(x_i)[c_i]} in nats: 0 at
 * best, the logarithm of the number of classes for a guess that is even.
 */
public final class ClassLoss {
  private static final int CLASSES = 1;

  private ClassLoss() {}

  /**
   * Computes the loss without looking at its value. Gradients flow to the logits.
   *
   * @param logits {@code [samples, classes]}
   * @param classes {@code [samples]}, int64, numbers of the right classes from 0 on; the caller's
   *     promise, as a check would read the device
   * @return a scalar, owned by the logits' manager; NaN or infinite if a logit is
   * @throws ShapeMismatchException if the shapes do not fit together
   */
  public static NDArray evaluateUnchecked(NDArray logits, NDArray classes) {
    Shape shape = logits.getShape();
    if (shape.dimension() != 2 || !classes.getShape().equals(new Shape(shape.get(0)))) {
      throw new ShapeMismatchException(
          "expected logits [samples, classes] and classes [samples] but was given "
              + shape
              + " and "
              + classes.getShape());
    }
    return Temporaries.freed(
        () -> logits.logSoftmax(CLASSES).gather(classes.expandDims(CLASSES), CLASSES).mean().neg());
  }
}
