package org.mindeye.core.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Functional gradients: no {@code .grad} fields, nothing accumulates, nothing to reset. */
public final class Gradients {
  private static final TorchScript KERNEL = TorchScript.load("gradients");

  private Gradients() {}

  /**
   * Differentiates a scalar.
   *
   * @param loss a scalar computed under {@link GradMode#on()}
   * @param parameters leaves that required gradients when the loss was computed
   * @return one gradient per parameter, in order, of its shape, or {@code null} where the loss does
   *     not depend on the parameter; owned by the loss's manager
   */
  public static List<NDArray> of(NDArray loss, List<NDArray> parameters) {
    if (parameters.isEmpty()) {
      return List.of();
    }
    NDList found = KERNEL.call("grad", loss, parameters);
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
   * The Euclidean norm over all elements of all tensors.
   *
   * @param tensors at least one tensor
   * @return the norm
   */
  public static double norm(List<NDArray> tensors) {
    try (NDList result = KERNEL.call("norm", tensors)) {
      return result.singletonOrThrow().toType(DataType.FLOAT64, true).getDouble();
    }
  }

  /**
   * Multiplies tensors in place.
   *
   * @param tensors the tensors to change
   * @param factor the factor
   */
  public static void scale(List<NDArray> tensors, double factor) {
    try (GradMode off = GradMode.off();
        NDArray scalar = tensors.get(0).getManager().create(factor)) {
      KERNEL.call("scale", scalar, tensors);
    }
  }
}
