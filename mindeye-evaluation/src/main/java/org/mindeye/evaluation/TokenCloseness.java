// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * How close predicted CLIP tokens are to those of the seen pictures. Batches are measured one after
 * the other and joined:
 *
 * <pre>{@code
 * TokenCloseness all = TokenCloseness.of(first, firstTargets).and(TokenCloseness.of(next, others));
 * }</pre>
 *
 * @param cosines of every sample, between all its tokens as one vector and its target, in [-1, 1]
 * @param error squared error, summed over all samples and numbers, at least 0; after {@link
 *     #relativeTo} a ratio of such sums
 */
public record TokenCloseness(List<Double> cosines, double error) {
  /** Copies the list. */
  public TokenCloseness {
    cosines = List.copyOf(cosines);
    if (cosines.isEmpty()) {
      throw new IllegalArgumentException("cosines: expected at least one sample");
    }
  }

  /**
   * Measures a batch.
   *
   * @param predicted {@code [batch, tokens, width]}; stays the caller's
   * @param targets {@code [batch, tokens, width]}, CLIP's own; stays the caller's
   * @return the closeness, heap data
   * @throws ShapeMismatchException if the shapes differ
   */
  public static TokenCloseness of(ClipTokens predicted, ClipTokens targets) {
    NDArray found = predicted.array();
    NDArray wanted = targets.array();
    if (!found.getShape().equals(wanted.getShape())) {
      throw new ShapeMismatchException(
          "predicted: expected tokens "
              + wanted.getShape()
              + ", as the targets have, but was "
              + found.getShape());
    }
    try (CallScope scope = CallScope.open(found.getDevice())) {
      NDArray products = predicted.toUnitVectors().array().mul(targets.toUnitVectors().array());
      double[] cosines = Readback.of(products.sum(new int[] {1}));
      double error = found.sub(wanted).square().sum().getFloat();
      return new TokenCloseness(Arrays.stream(cosines).boxed().toList(), error);
    }
  }

  /**
   * Joins two batches.
   *
   * @param more of further samples
   * @return the samples of both, and the sum of both errors
   */
  public TokenCloseness and(TokenCloseness more) {
    List<Double> all = new ArrayList<>(cosines);
    all.addAll(more.cosines);
    return new TokenCloseness(all, error + more.error);
  }

  /**
   * The error in units of another one.
   *
   * @param reference of the same samples: of the mean of all targets, so that knowing nothing gives
   *     1
   * @return the same cosines, and the ratio of the errors
   */
  public TokenCloseness relativeTo(TokenCloseness reference) {
    return new TokenCloseness(cosines, error / reference.error);
  }

  /**
   * The mean cosine.
   *
   * @return over the samples, with the interval of another draw of pictures
   */
  public Estimate estimate() {
    return Estimate.of(each());
  }

  /**
   * The mean cosine alone.
   *
   * @return in [-1, 1]
   */
  public double cosine() {
    return estimate().mean();
  }

  /**
   * The cosine of every sample.
   *
   * @return in their order
   */
  public double[] each() {
    return cosines.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
