// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import org.mindeye.Plural;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * The life of one training step. Inside, this thread records a graph; at the end every tensor
 * created in this thread is freed, whichever manager it belonged to, and the thread's gradient mode
 * is what it was.
 *
 * <pre>{@code
 * try (StepScope step = StepScope.open(device)) {
 *   NDArray loss = ...;
 *   optimizer.step(step.gradients(loss, optimizer.parameters()), schedule.at(k));
 * }
 * }</pre>
 *
 * <p>Read what you want to keep with {@code toFloatArray()} or {@code getFloat()} before it closes,
 * or {@link #keep} the tensor.
 */
public final class StepScope implements AutoCloseable {
  private final CallScope scope;

  private StepScope(Device device) {
    scope = CallScope.recording(device);
  }

  /**
   * Opens a step in this thread.
   *
   * @param device where {@link #manager()} creates tensors
   * @return the scope, to be closed in the same thread
   */
  public static StepScope open(Device device) {
    return new StepScope(device);
  }

  /**
   * The owner of this step's tensors: create inputs here, so that activations land here too.
   *
   * @return a manager that dies with the step
   */
  public NDManager manager() {
    return scope.manager();
  }

  /**
   * Lets a tensor outlive the step. One that is part of a graph keeps all of the graph in memory:
   * keep its {@code stopGradient()} unless the graph is what you want.
   *
   * @param array a tensor created inside this step
   * @param owner the manager that owns it from now on
   * @return the same tensor
   * @throws IllegalStateException if the tensor is freed, or the owner closed
   */
  public NDArray keep(NDArray array, NDManager owner) {
    return scope.keep(array, owner);
  }

  /**
   * Differentiates a loss. Nothing accumulates anywhere; the gradients are tensors of this step.
   *
   * @param loss a scalar
   * @param parameters with respect to what; {@link FusedAdamW#over} made them differentiable
   * @return the gradients; frozen parameters and those the loss does not depend on have none
   * @throws ShapeMismatchException if the loss is not a scalar
   * @throws IllegalStateException if no parameter is differentiable, or the loss has no graph
   */
  public ParameterGradients gradients(NDArray loss, List<Parameter> parameters) {
    if (!Alive.require("loss", loss).getShape().equals(new Shape())) {
      throw new ShapeMismatchException(
          "loss: expected a scalar [] but was " + loss.getShape() + "; reduce it with mean()");
    }
    List<Parameter> trained =
        parameters.stream()
            .filter(p -> Alive.require(p.getName(), p.getArray()).hasGradient())
            .toList();
    if (trained.isEmpty()) {
      throw new IllegalStateException(
          "none of the "
              + Plural.of(parameters.size(), "parameter")
              + " requires gradients: open an optimiser over them first, or unfreeze some");
    }
    List<NDArray> arrays = trained.stream().map(Parameter::getArray).toList();
    return new ParameterGradients(trained, Gradients.of(loss, arrays));
  }

  /** Frees the step's tensors. Closing twice is harmless. */
  @Override
  public void close() {
    scope.close();
  }
}
