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
   * Declares {@code name.k_proj}, {@code name.v_proj}, {@code name.q_proj} and {@code
   * name.out_proj}, each with {@code .weight} {@code [width, width]} and {@code .bias} {@code
   * [width]}. The biases are 0 before training.
   *
   * @param network the owner of the parameters
   * @param name prefix of the published names
   * @param width numbers per token
   * @param heads how many heads share the width evenly
   * @param inputs what the weights of queries, keys and values hold before training
   * @param outputs what the weight of the output holds before training
   * @throws IllegalArgumentException if the heads do not divide the width
   */
  public MultiHeadSelfAttention(
      Network network, String name, int width, int heads, Initial inputs, Initial outputs) {
    if (heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException(
          name + ": a width of " + width + " cannot be shared by " + heads + " heads");
    }
    this.heads = heads;
    key = Linear.of(network, name + ".k_proj", width, width, inputs);
    value = Linear.of(network, name + ".v_proj", width, width, inputs);
    query = Linear.of(network, name + ".q_proj", width, width, inputs);
    output = Linear.of(network, name + ".out_proj", width, width, outputs);
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
