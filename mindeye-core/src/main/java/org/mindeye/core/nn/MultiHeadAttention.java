// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.EnumMap;
import java.util.Map;
import org.mindeye.core.internal.kernel.Attention;
import org.mindeye.core.nn.AttentionNames.Part;

/**
 * Attention with several heads, of tokens to each other or to a context (Vaswani et al. 2017).
 * Scores are scaled by {@code 1 / sqrt(width / heads)}; no mask, no dropout; scores are not
 * materialised.
 */
public final class MultiHeadAttention {
  private final int heads;
  private final int contextWidth;
  private final DataType type;
  private final Map<Part, Linear> maps = new EnumMap<>(Part.class);

  /**
   * What is looked at, ready for any number of calls: a context that stays the same from step to
   * step is prepared once.
   *
   * @param keys {@code [batch, heads, tokens, width / heads]}
   * @param values {@code [batch, heads, tokens, width / heads]}
   */
  public record KeysAndValues(NDArray keys, NDArray values) {}

  private interface MapDeclaration {
    Linear declare(ParameterScope scope, int in, int out, boolean biased, Part part);
  }

  private MultiHeadAttention(
      ParameterScope scope, AttentionConfig config, MapDeclaration declaration) {
    heads = config.heads();
    contextWidth = config.context();
    type = scope.type();
    for (Part part : config.names().order()) {
      boolean looked = part == Part.KEY || part == Part.VALUE;
      maps.put(
          part,
          declaration.declare(
              config.names().scope(scope, part),
              looked ? config.context() : config.width(),
              config.width(),
              part == Part.OUTPUT || config.inputBiases(),
              part));
    }
  }

  /**
   * Declares the four maps with torch's initial values.
   *
   * @param scope where the parameters are declared
   * @param config the shape
   */
  public MultiHeadAttention(ParameterScope scope, AttentionConfig config) {
    this(
        scope,
        config,
        (place, in, out, biased, part) ->
            biased ? Linear.of(place, in, out) : Linear.withoutBias(place, in, out));
  }

  /**
   * Declares the four maps, biases 0 before training.
   *
   * @param scope where the parameters are declared
   * @param config the shape
   * @param inputs what the weights of queries, keys and values hold before training
   * @param outputs what the weight of the output holds before training
   */
  public MultiHeadAttention(
      ParameterScope scope, AttentionConfig config, Initializer inputs, Initializer outputs) {
    this(
        scope,
        config,
        (place, in, out, biased, part) -> {
          Initializer initial = part == Part.OUTPUT ? outputs : inputs;
          return biased
              ? Linear.of(place, in, out, initial)
              : Linear.withoutBias(place, in, out, initial);
        });
  }

  /**
   * Lets every token attend to all tokens of its sample. Gradients flow.
   *
   * @param x {@code [batch, tokens, width]}
   * @return {@code [batch, tokens, width]}, owned by x's manager
   */
  public NDArray apply(NDArray x) {
    return apply(x, x);
  }

  /**
   * Lets every token attend to all tokens of the sample's context. Gradients flow.
   *
   * @param x {@code [batch, tokens, width]}
   * @param context {@code [batch, others, context]}
   * @return {@code [batch, tokens, width]}, owned by x's manager
   */
  public NDArray apply(NDArray x, NDArray context) {
    return apply(x, keysAndValues(context));
  }

  /**
   * Prepares a context.
   *
   * @param context {@code [batch, others, context]}
   * @return its keys and values, owned by its manager
   */
  public KeysAndValues keysAndValues(NDArray context) {
    return new KeysAndValues(split(Part.KEY, context), split(Part.VALUE, context));
  }

  /**
   * What every token gets from a context of zeros: keys that are all alike, so the value of one of
   * them. Gradients flow.
   *
   * @param owner the manager that owns the result
   * @return {@code [1, 1, width]}; the output's bias where values have none
   */
  public NDArray ofZeros(NDManager owner) {
    NDArray zero = DataTypes.convert(owner.zeros(new Shape(1, 1, contextWidth)), type);
    return maps.get(Part.OUTPUT).apply(maps.get(Part.VALUE).apply(zero));
  }

  /**
   * Lets every token attend to a prepared context. Gradients flow.
   *
   * @param x {@code [batch, tokens, width]}
   * @param context of the same batch, or of one sample for the whole batch
   * @return {@code [batch, tokens, width]}, owned by x's manager
   */
  public NDArray apply(NDArray x, KeysAndValues context) {
    NDArray query = split(Part.QUERY, x);
    long batch = query.getShape().get(0);
    NDArray mixed =
        Attention.attend(query, repeated(context.keys, batch), repeated(context.values, batch));
    return maps.get(Part.OUTPUT).apply(mixed.transpose(0, 2, 1, 3).reshape(x.getShape()));
  }

  /** One sample's for a batch, without copying it. */
  private static NDArray repeated(NDArray x, long batch) {
    Shape shape = x.getShape();
    return shape.get(0) == batch ? x : x.broadcast(batch, shape.get(1), shape.get(2), shape.get(3));
  }

  /** {@code [batch, tokens, in]} to {@code [batch, heads, tokens, width / heads]}. */
  private NDArray split(Part part, NDArray x) {
    NDArray projected = maps.get(part).apply(x);
    Shape shape = projected.getShape();
    return projected
        .reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads)
        .transpose(0, 2, 1, 3);
  }
}
