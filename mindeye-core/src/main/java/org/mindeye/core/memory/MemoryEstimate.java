// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.memory;

import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Network;
import org.mindeye.formats.io.HeapBudget;

/**
 * The memory that a computation needs at its peak, in bytes. An estimate: right to a few per cent
 * for networks whose weights outweigh everything else, to 15 % where activations do.
 *
 * @param weights parameters and buffers
 * @param gradients one number per trained parameter; 0 in inference
 * @param moments AdamW's two moments per trained parameter; 0 in inference
 * @param activations inputs and intermediate tensors of one batch
 * @param working the JVM, the engine and the windows through which files are read
 */
public record MemoryEstimate(
    long weights, long gradients, long moments, long activations, long working) {
  /** What a JVM with the engine takes before it does anything, and Java's garbage beside it. */
  private static final long WORKING = 384L << 20;

  /** Checks that nothing is negative. */
  public MemoryEstimate {
    if (weights < 0 || gradients < 0 || moments < 0 || activations < 0 || working < 0) {
      throw new IllegalArgumentException(
          "bytes: expected numbers of 0 or more but was "
              + List.of(weights, gradients, moments, activations, working));
    }
  }

  /**
   * Something smaller that may fit instead.
   *
   * @param what what to change, as in {@code batch 4}
   * @param needed what is needed then
   */
  public record Alternative(String what, MemoryEstimate needed) {
    /**
     * The largest smaller batch that fits, of those that come of halving.
     *
     * @param batch what does not fit
     * @param smallest the smallest one that makes sense
     * @param needed what a batch needs
     * @param budget what there is
     * @return that batch, or nothing
     */
    public static List<Alternative> smallerBatch(
        int batch, int smallest, IntFunction<MemoryEstimate> needed, MemoryBudget budget) {
      int less = batch;
      while (less > smallest) {
        less = Math.max(less / 2, smallest);
        MemoryEstimate estimate = needed.apply(less);
        if (budget.allows(estimate.total())) {
          return List.of(new Alternative("batch " + less, estimate));
        }
      }
      return List.of();
    }
  }

  /**
   * Inference.
   *
   * @param network with or without weights
   * @param activations bytes of one batch's inputs and intermediate tensors
   * @return weights, activations and working space
   */
  public static MemoryEstimate inference(Network network, long activations) {
    long weights = 0;
    for (Pair<String, Parameter> entry : network.getParameters()) {
      weights += bytes(network, entry.getValue());
    }
    return new MemoryEstimate(weights, 0, 0, activations, WORKING);
  }

  /**
   * A training step with {@link org.mindeye.core.optim.FusedAdamW}. Gradients and moments of frozen
   * parameters do not exist.
   *
   * @param network with or without weights
   * @param activations bytes of one batch's inputs and of the tensors that the backward pass needs
   * @return all of it: at the peak, in the first optimiser step, everything is there at once
   */
  public static MemoryEstimate training(Network network, long activations) {
    long trained = network.trainable().stream().mapToLong(p -> bytes(network, p)).sum();
    long weights = inference(network, 0).weights;
    return new MemoryEstimate(weights, trained, 2 * trained, activations, WORKING);
  }

  /**
   * The same in a format of numbers, see {@link Network#computeIn}.
   *
   * @param network with or without weights
   * @param precision the format that the network computes in
   * @param activations bytes of one batch's inputs and of the tensors that the backward pass needs
   * @return the {@linkplain #copies copies} are counted as activations
   */
  public static MemoryEstimate training(Network network, Precision precision, long activations) {
    return training(network, copies(network, precision) + activations);
  }

  /**
   * What a network that is trained in a format takes besides its own weights: copies of those that
   * it multiplies by, and the gradients of these, which become float32 at the end of the backward
   * pass.
   *
   * @param network with or without weights
   * @param precision the format that the network computes in
   * @return bytes; 0 for float32
   */
  public static long copies(Network network, Precision precision) {
    if (precision == Precision.FLOAT32) {
      return 0;
    }
    long sum = 0;
    for (Pair<String, Parameter> entry : network.getParameters()) {
      if (entry.getValue().getShape().dimension() > 1) {
        sum += entry.getValue().getShape().size();
      }
    }
    return 2 * sum * Short.BYTES;
  }

  private static long bytes(Network network, Parameter parameter) {
    return parameter.getShape().size() * network.dataType(parameter).getNumOfBytes();
  }

  /**
   * This and another computation in one process, at the same time: the parts add up, the working
   * space is there once.
   *
   * @param other what is needed besides it
   * @return both
   */
  public MemoryEstimate plus(MemoryEstimate other) {
    return new MemoryEstimate(
        weights + other.weights,
        gradients + other.gradients,
        moments + other.moments,
        activations + other.activations,
        Math.max(working, other.working));
  }

  /**
   * The same with an {@link org.mindeye.core.optim.ExponentialMovingAverage}.
   *
   * @return a second copy of the weights on top
   */
  public MemoryEstimate withMovingAverage() {
    return new MemoryEstimate(2 * weights, gradients, moments, activations, working);
  }

  /**
   * The same with a {@link org.mindeye.core.optim.GradientAccumulator}.
   *
   * @return a second copy of the gradients on top: the sum, beside those of a batch
   */
  public MemoryEstimate withAccumulation() {
    return new MemoryEstimate(weights, 2 * gradients, moments, activations, working);
  }

  /**
   * The same computation by a process that holds the weights already.
   *
   * @return what comes on top of weights and working space
   */
  public MemoryEstimate withWeightsPresent() {
    return new MemoryEstimate(0, gradients, moments, activations, 0);
  }

  /**
   * All together.
   *
   * @return bytes
   */
  public long total() {
    return weights + gradients + moments + activations + working;
  }

  /**
   * Refuses to start what cannot end well. Nothing is refused where the memory is not known.
   *
   * @param what what is about to start, as in {@code training at batch 8}
   * @param budget what there is
   * @param alternatives something smaller, best first; those that fit are named in the message
   * @throws MindEyeException if it does not fit: says what is needed, what there is, and what would
   *     fit
   */
  public void requireFits(String what, MemoryBudget budget, List<Alternative> alternatives) {
    if (budget.allows(total())) {
      return;
    }
    String fitting =
        alternatives.stream()
            .filter(a -> budget.allows(a.needed().total()))
            .map(a -> a.what() + " (" + HeapBudget.gib(a.needed().total()) + ")")
            .collect(Collectors.joining(", "));
    throw new MindEyeException(
        what
            + " needs "
            + this
            + " but "
            + budget
            + "; "
            + (fitting.isEmpty()
                ? "free memory or use a larger machine"
                : "what fits: " + fitting));
  }

  /**
   * Refuses to load a network that does not fit.
   *
   * @param what the network, as in {@code an autoencoder}
   * @param network with or without weights
   * @param budget what there is
   * @throws MindEyeException as {@link #requireFits}
   */
  public void requireLoadable(String what, Network network, MemoryBudget budget) {
    requireFits(
        String.format(Locale.ROOT, "loading %s of %,d parameters", what, network.parameterCount()),
        budget,
        List.of());
  }

  /**
   * For messages.
   *
   * @return the total and its parts
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(HeapBudget.gib(total())).append(" (");
    append(text, "weights", weights);
    append(text, "gradients", gradients);
    append(text, "AdamW moments", moments);
    append(text, "activations", activations);
    append(text, "working space", working);
    return text.append(')').toString();
  }

  private static void append(StringBuilder text, String part, long bytes) {
    if (bytes > 0) {
      text.append(text.charAt(text.length() - 1) == '(' ? "" : ", ");
      text.append(part).append(' ').append(HeapBudget.gib(bytes));
    }
  }
}
