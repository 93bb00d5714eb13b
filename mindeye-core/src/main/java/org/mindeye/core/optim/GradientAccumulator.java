// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.LinearCombination;

/**
 * The mean gradient over several small batches, for the effect of one that does not fit into
 * memory. Each batch is a step scope of its own; only the sum lives on.
 *
 * <p>A contrastive loss compares within a batch, so several small batches are not one large one:
 * the noise of the gradient falls, the number of negatives does not rise.
 *
 * <pre>{@code
 * try (GradientAccumulator sum = new GradientAccumulator()) {
 *   for (TrialBatch batch : batches) {
 *     try (StepScope step = StepScope.open(device)) {
 *       sum.add(step.gradients(loss(batch), optimizer.parameters()));
 *     }
 *   }
 *   optimizer.step(sum.mean(), schedule.at(k));
 * }
 * }</pre>
 */
public final class GradientAccumulator implements AutoCloseable {
  private final Map<Parameter, NDArray> sums = new LinkedHashMap<>();
  private final Lifetime lifetime = Lifetime.of("GradientAccumulator", this::free);
  private NDManager owner;
  private int count;
  private ParameterGradients mean;

  /** Creates an empty sum. */
  public GradientAccumulator() {}

  /**
   * Adds the gradients of a batch. Those of a parameter that only some batches reach count as 0 in
   * the others.
   *
   * @param gradients of a step that is still open; not changed
   * @throws IllegalStateException after {@link #mean()} or {@link #close()}
   */
  public void add(ParameterGradients gradients) {
    lifetime.requireOpen();
    if (mean != null) {
      throw new IllegalStateException(
          "the mean was taken already: add the next gradients to a new accumulator");
    }
    gradients.forEach(
        (parameter, gradient) -> {
          NDArray sum = sums.get(parameter);
          if (sum == null) {
            sums.put(parameter, copy(gradient));
          } else {
            LinearCombination.into(sum, 1, gradient, 1);
          }
        });
    count++;
  }

  /** Copied: a gradient may share memory with another, and dies with its step. */
  private NDArray copy(NDArray gradient) {
    if (owner == null) {
      owner = Torch.newManager(gradient.getDevice());
    }
    NDArray copy = gradient.duplicate();
    NDScope.unregister(copy);
    copy.attach(owner);
    return copy;
  }

  /**
   * How many batches were added.
   *
   * @return the count
   */
  public int count() {
    return count;
  }

  /**
   * The mean over the batches; nothing can be added afterwards.
   *
   * @return the gradients, the same ones every time, which live until this is closed
   * @throws IllegalStateException if nothing was added, or after {@link #close()}
   */
  public ParameterGradients mean() {
    lifetime.requireOpen();
    if (count == 0) {
      throw new IllegalStateException("no gradients were added");
    }
    if (mean == null) {
      sums.values().forEach(sum -> LinearCombination.scale(sum, 1.0 / count));
      mean = new ParameterGradients(List.copyOf(sums.keySet()), List.copyOf(sums.values()));
    }
    return mean;
  }

  /** Frees the sum. Closing twice is harmless. */
  @Override
  public void close() {
    lifetime.close();
  }

  private void free() {
    if (owner != null) {
      owner.close();
    }
  }
}
