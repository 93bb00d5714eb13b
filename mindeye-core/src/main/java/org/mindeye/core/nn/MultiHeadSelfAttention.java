// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.internal.kernel.Attention;

/**
 * Self-attention with several heads; queries, keys, values and the output have a biased linear map
 * each. Scores are scaled by {@code 1 / sqrt(width / heads)}; no mask, no dropout.
 */
public final class MultiHeadSelfAttention {
  private final int heads;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;

  /**
   * Declares {@code k_proj}, {@code v_proj}, {@code q_proj} and {@code out_proj}, each with {@code
   * .weight} {@code [width, width]} and {@code .bias} {@code [width]}. The biases are 0 before
   * training.
   *
   * @param scope where the parameters are declared
   * @param width numbers per token
   * @param heads how many heads share the width evenly
   * @param inputs what the weights of queries, keys and values hold before training
   * @param outputs what the weight of the output holds before training
   * @throws IllegalArgumentException if the heads do not divide the width
   */
  public MultiHeadSelfAttention(
      ParameterScope scope, int width, int heads, Initializer inputs, Initializer outputs) {
    if (heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException(
          scope + ": a width of " + width + " cannot be shared by " + heads + " heads");
    }
    this.heads = heads;
    key = Linear.of(scope.child("k_proj"), width, width, inputs);
    value = Linear.of(scope.child("v_proj"), width, width, inputs);
    query = Linear.of(scope.child("q_proj"), width, width, inputs);
    output = Linear.of(scope.child("out_proj"), width, width, outputs);
  }

  /**
   * Lets every token attend to all tokens of its sample. Gradients flow.
   *
   * @param x {@code [batch, tokens, width]}
   * @return {@code [batch, tokens, width]}, owned by x's manager
   */
  public NDArray apply(NDArray x) {
    NDArray mixed = Attention.attend(split(query, x), split(key, x), split(value, x));
    return output.apply(mixed.transpose(0, 2, 1, 3).reshape(x.getShape()));
  }

  /** {@code [batch, tokens, width]} to {@code [batch, heads, tokens, width / heads]}. */
  private NDArray split(Linear projection, NDArray x) {
    Shape shape = x.getShape();
    return projection
        .apply(x)
        .reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads)
        .transpose(0, 2, 1, 3);
  }
}
