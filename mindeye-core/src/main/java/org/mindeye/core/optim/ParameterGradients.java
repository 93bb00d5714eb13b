// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.Gradients;

/**
 * The gradients of one step, by parameter. They live as long as the step, and are not to be changed
 * in place: they may share memory, and their norms are computed once.
 */
public final class ParameterGradients {
  private final Map<Parameter, NDArray> gradients = new LinkedHashMap<>();

  /** Of each gradient and, last, of all together; computed when first asked for. */
  private double[] norms;

  ParameterGradients(List<Parameter> parameters, List<NDArray> values) {
    for (int i = 0; i < parameters.size(); i++) {
      if (values.get(i) != null) {
        gradients.put(parameters.get(i), values.get(i));
      }
    }
  }

  /**
   * The gradient of one parameter.
   *
   * @param parameter the parameter
   * @return a tensor of its shape, or empty when the loss does not depend on it
   */
  public Optional<NDArray> of(Parameter parameter) {
    return Optional.ofNullable(gradients.get(parameter)).map(ParameterGradients::alive);
  }

  /**
   * All gradients there are.
   *
   * @param action receives each parameter and its gradient, in the order of the parameters
   */
  public void forEach(BiConsumer<Parameter, NDArray> action) {
    gradients.forEach((parameter, gradient) -> action.accept(parameter, alive(gradient)));
  }

  private static NDArray alive(NDArray gradient) {
    return Alive.require("gradient", gradient);
  }

  /**
   * Reads numbers of the step, such as the loss and its terms, together with the norms of all
   * gradients: the device is waited for once. {@link #globalNorm}, clipping and {@link
   * FusedAdamW#step} read nothing after it.
   *
   * <pre>{@code
   * ParameterGradients gradients = step.gradients(loss, optimizer.parameters());
   * double[] read = gradients.readWith(List.of(loss, contrastive, prior));
   * }</pre>
   *
   * @param numbers float32 or float64 tensors of any shape, not changed
   * @return their values, tensor after tensor
   */
  public double[] readWith(List<NDArray> numbers) {
    numbers.forEach(each -> Alive.require("number", each));
    List<NDArray> unmeasured =
        norms == null
            ? gradients.values().stream().map(ParameterGradients::alive).toList()
            : List.of();
    double[] read = Gradients.norms(unmeasured, numbers);
    int own = unmeasured.isEmpty() ? 0 : unmeasured.size() + 1;
    if (norms == null) {
      norms =
          own == 0 ? new double[] {0} : Arrays.copyOfRange(read, read.length - own, read.length);
    }
    return Arrays.copyOf(read, read.length - own);
  }

  /**
   * The Euclidean norm over all gradients together.
   *
   * @return the norm; 0 when there are no gradients
   */
  public double globalNorm() {
    double[] all = norms();
    return all[all.length - 1];
  }

  private double[] norms() {
    if (norms == null) {
      readWith(List.of());
    }
    return norms;
  }

  /**
   * The Euclidean norm of each gradient: NaN or infinite where a value is, or where it overflows.
   */
  Map<Parameter, Double> eachNorm() {
    Map<Parameter, Double> each = new IdentityHashMap<>();
    int i = 0;
    for (Parameter parameter : gradients.keySet()) {
      each.put(parameter, norms()[i++]);
    }
    return each;
  }

  /**
   * Replaces all gradients by scaled ones so that their global norm is at most the limit, with
   * torch's {@code max / (norm + 1e-6)}. Tensors that {@link #of} gave before are closed then.
   *
   * @param maxNorm the limit, positive
   * @return the norm before clipping
   */
  public double clipToGlobalNorm(double maxNorm) {
    if (!(maxNorm > 0)) {
      throw new IllegalArgumentException("maxNorm: expected a positive number but was " + maxNorm);
    }
    double norm = globalNorm();
    double factor = maxNorm / (norm + 1e-6);
    if (factor < 1) {
      gradients.replaceAll((parameter, gradient) -> scaled(gradient, factor));
      norms = Arrays.stream(norms).map(n -> n * factor).toArray();
    }
    return norm;
  }

  /** Not in place: gradients may share memory. One at a time, so that few live twice. */
  private static NDArray scaled(NDArray gradient, double factor) {
    try (gradient;
        NDArray scalar = Torch.scalar(gradient, factor)) {
      return gradient.mul(scalar);
    }
  }
}
