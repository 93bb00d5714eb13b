// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * The weighted sum of several losses, in their own type and with their graphs. DJL has two traps
 * where this has none: a Java number in {@code loss.mul(30)} is a heap buffer that may be collected
 * before the backward pass reads it, and {@code toType}, the obvious way back from a sum that
 * became float64, cuts the gradient of its term.
 *
 * <pre>{@code
 * NDArray loss = new LossSum().add(contrastive).add(30, prior).total();
 * }</pre>
 */
public final class LossSum {
  private final boolean constants;
  private NDArray total;
  private int count;

  /** Starts a sum without terms. Where gradients are recorded, each term must have one. */
  public LossSum() {
    this(false);
  }

  private LossSum(boolean constants) {
    this.constants = constants;
  }

  /**
   * Starts a sum that also takes terms without a gradient, for loops that freeze whatever a term
   * depends on. A term whose graph was cut by mistake is not noticed then.
   *
   * @return a sum without terms
   */
  public static LossSum withConstants() {
    return new LossSum(true);
  }

  /**
   * Adds a loss as it is.
   *
   * @param loss a scalar
   * @return this sum
   * @throws ShapeMismatchException if the loss is not a scalar, or of another type than those
   *     before
   * @throws IllegalStateException if gradients are recorded but do not flow through the loss
   */
  public LossSum add(NDArray loss) {
    return add(1, loss);
  }

  /**
   * Adds a loss with a weight.
   *
   * @param weight what the loss is multiplied by, finite
   * @param loss a scalar, not changed
   * @return this sum
   * @throws IllegalArgumentException if the weight is NaN or infinite
   * @throws ShapeMismatchException if the loss is not a scalar, or of another type than those
   *     before
   * @throws IllegalStateException if gradients are recorded but do not flow through the loss
   */
  public LossSum add(double weight, NDArray loss) {
    String name = "term " + (count + 1) + " of the loss";
    if (!Double.isFinite(weight)) {
      throw new IllegalArgumentException(name + ": expected a finite weight but was " + weight);
    }
    requireScalar(name, Alive.require(name, loss));
    if (!constants && GradMode.isOn() && !Gradients.flowThrough(loss)) {
      throw new IllegalStateException(
          name
              + " has no gradient: toType(), duplicate() or toDevice() cut its graph, or all it"
              + " depends on is frozen; leave it out, or use LossSum.withConstants()");
    }
    NDArray term = weight == 1 ? loss : loss.mul(Torch.scalar(loss, weight));
    total = total == null ? term : total.add(term);
    count++;
    return this;
  }

  private void requireScalar(String name, NDArray loss) {
    if (!loss.getShape().equals(new Shape())) {
      throw new ShapeMismatchException(
          name + ": expected a scalar [] but was " + loss.getShape() + "; reduce it with mean()");
    }
    DataType type = loss.getDataType();
    boolean real = type == DataType.FLOAT32 || type == DataType.FLOAT64;
    if (!real || (total != null && type != total.getDataType())) {
      throw new ShapeMismatchException(
          name
              + ": expected "
              + (total == null ? "float32 (or float64)" : total.getDataType() + " as the others")
              + " but the type is "
              + type
              + "; multiply by Torch.scalar(loss, x), which keeps the type");
    }
  }

  /**
   * The sum: what to differentiate.
   *
   * @return a scalar of the terms' type, owned by the first term's manager; of a single term of
   *     weight 1 the term itself
   * @throws IllegalStateException if nothing was added
   */
  public NDArray total() {
    if (total == null) {
      throw new IllegalStateException("the loss has no terms: add some first");
    }
    return total;
  }
}
