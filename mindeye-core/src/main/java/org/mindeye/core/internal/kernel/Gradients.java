// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Readback;

/** Functional gradients: no {@code .grad} fields, nothing accumulates, nothing to reset. */
public final class Gradients {
  private static final TorchScript KERNEL = TorchScript.load("gradients");

  private Gradients() {}

  /**
   * Differentiates a scalar.
   *
   * @param loss a scalar computed under {@link GradMode#on()}
   * @param parameters leaves that required gradients when the loss was computed
   * @return one gradient per parameter, in order, of its shape and contiguous, or {@code null}
   *     where the loss does not depend on the parameter; owned by the loss's manager. Gradients may
   *     share memory (those of a sum's terms do): do not change them in place
   * @throws IllegalStateException if the loss has no graph
   */
  public static List<NDArray> of(NDArray loss, List<NDArray> parameters) {
    if (parameters.isEmpty()) {
      return List.of();
    }
    NDList found = KERNEL.call("grad", loss, parameters);
    if (found.isEmpty()) {
      throw new IllegalStateException(
          "loss: it depends on nothing that requires gradients; compute it while gradients are on"
              + " and an optimiser is open, without toType() or duplicate(), which cut the graph");
    }
    return present(found, parameters);
  }

  /**
   * Gradients of {@code sum(output * cotangent)}: one link of the chain rule.
   *
   * @param output any shape, computed under {@link GradMode#on()} from at least one input
   * @param cotangent of the output's shape: the derivative of a scalar with respect to it
   * @param inputs leaves that required gradients when the output was computed
   * @return one gradient per input, in order, or {@code null} where the output does not depend on
   *     it; owned by the output's manager. Not necessarily contiguous; gradients may share memory
   */
  public static List<NDArray> product(NDArray output, NDArray cotangent, List<NDArray> inputs) {
    return present(KERNEL.call("product", output, cotangent, inputs), inputs);
  }

  /**
   * A scalar of the loss's value with given gradients: how gradients that were computed by hand,
   * layer by layer, join a graph. Differentiating it makes a second copy of the gradients.
   *
   * @param loss a scalar; no gradient flows through it
   * @param values what the gradients are with respect to, leaves or not; gradients flow on from
   *     those that are not
   * @param gradients of the values' shapes
   * @return the scalar, owned by the loss's manager
   */
  public static NDArray surrogate(NDArray loss, List<NDArray> values, List<NDArray> gradients) {
    return KERNEL.call("surrogate", loss, values, gradients).singletonOrThrow();
  }

  /**
   * Whether a graph leads from a tensor back to something that requires gradients.
   *
   * @param tensor any tensor
   * @return false if it is a constant for the backward pass: gradients are off, everything it
   *     depends on is frozen, or {@code toType}, {@code duplicate} or {@code toDevice} cut the
   *     graph
   */
  public static boolean flowThrough(NDArray tensor) {
    try (NDArray flag = KERNEL.call("flows", tensor).singletonOrThrow()) {
      return flag.getBoolean();
    }
  }

  /** An empty tensor stands for no gradient. */
  private static List<NDArray> present(NDList found, List<NDArray> parameters) {
    List<NDArray> result = new ArrayList<>(found.size());
    for (int i = 0; i < found.size(); i++) {
      NDArray gradient = found.get(i);
      if (gradient.isEmpty() && !parameters.get(i).isEmpty()) {
        gradient.close();
        gradient = null;
      }
      result.add(gradient);
    }
    return Collections.unmodifiableList(result);
  }

  /**
   * The Euclidean norms of tensors, and other numbers, with one read of the device.
   *
   * @param tensors whose norms are wanted; may be empty
   * @param numbers float32 or float64 tensors of any shape; may be empty
   * @return all numbers, tensor after tensor; then, unless there are no tensors, one norm for each
   *     and, last, that over all elements of all of them
   */
  public static double[] norms(List<NDArray> tensors, List<NDArray> numbers) {
    try (GradMode off = GradMode.off();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDList all = new NDList();
      numbers.forEach(each -> all.add(flat(each)));
      if (!tensors.isEmpty()) {
        all.add(flat(KERNEL.call("norms", tensors).singletonOrThrow()));
      }
      return all.isEmpty() ? new double[0] : Readback.of(NDArrays.concat(all));
    }
  }

  private static NDArray flat(NDArray numbers) {
    return numbers.flatten().toType(DataType.FLOAT64, false);
  }
}
