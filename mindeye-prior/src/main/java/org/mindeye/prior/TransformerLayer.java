// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.mindeye.core.internal.kernel.CosineAttention;
import org.mindeye.core.internal.kernel.CosineAttention.KeysAndValues;
import org.mindeye.core.nn.GainLayerNorm;
import org.mindeye.core.nn.Initializer;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.ParameterScope;

/**
 * Cosine attention and a feed-forward block, each added to its input. Keys, values and queries are
 * there one by one, so that what does not change between sampling steps can be kept.
 */
final class TransformerLayer {
  private final GainLayerNorm norm;
  private final Linear toQueries;
  private final Linear toKeysAndValues;
  private final Parameter nullKeyValue;
  private final Linear toOutput;
  private final GainLayerNorm outputNorm;
  private final double attentionDropout;
  private final FeedForward feedForward;

  /** Tables of the positions of the tokens a layer works on. */
  record Positions(NDArray rotation, NDArray bias) {
    /** The last positions as queries, against all keys. */
    Positions last(int queries) {
      return new Positions(
          rotation.get(new NDIndex("{}:", rotation.getShape().get(0) - queries)),
          bias.get(new NDIndex(":, {}:", bias.getShape().get(1) - queries)));
    }
  }

  /** Declares {@code 0.*} (attention) and {@code 1.*} (feed-forward). */
  TransformerLayer(ParameterScope scope, int width, TransformerConfig config) {
    int head = config.headWidth();
    int heads = config.heads() * head;
    ParameterScope attention = scope.child(0);
    nullKeyValue =
        attention.parameter(
            "null_kv", Parameter.Type.OTHER, new Shape(2, head), Initializer.normal(1));
    norm = new GainLayerNorm(attention.child("norm"), width);
    toQueries = Linear.withoutBias(attention.child("to_q"), width, heads);
    toKeysAndValues = Linear.withoutBias(attention.child("to_kv"), width, 2 * head);
    float[] frequencies = RotaryPositions.frequencies(config.rotated() / 2);
    attention
        .child("rotary_emb")
        .buffer(
            "freqs",
            Parameter.Type.OTHER,
            new Shape(frequencies.length),
            Initializer.values(frequencies));
    ParameterScope output = attention.child("to_out");
    toOutput = Linear.withoutBias(output.child(0), heads, width);
    outputNorm = new GainLayerNorm(output.child(1), width);
    attentionDropout = config.attentionDropout();
    feedForward = new FeedForward(scope.child(1), width, config);
  }

  /**
   * The whole layer over a whole sequence; the results of its last tokens.
   *
   * @param x {@code [batch, tokens, width]}
   * @param all positions of all tokens
   * @param readOut how many tokens, counted from the last, are read
   * @return {@code [batch, readOut, width]}
   */
  NDArray apply(NDArray x, Positions all, int readOut, Mode mode) {
    NDArray normed = normed(x);
    return output(x, normed, first(normed, all.rotation), all, readOut, mode);
  }

  /** The input of queries, keys and values: {@code [batch, tokens, width]} to the same. */
  NDArray normed(NDArray x) {
    return norm.apply(x);
  }

  /** Keys and values of a sequence's first tokens, after the null key. */
  KeysAndValues first(NDArray normed, NDArray rotation) {
    return CosineAttention.keysAndValues(
        toKeysAndValues.apply(normed), rotation, nullKeyValue.getArray());
  }

  /** Keys and values of later tokens. */
  KeysAndValues later(NDArray normed, NDArray rotation) {
    return CosineAttention.keysAndValues(toKeysAndValues.apply(normed), rotation);
  }

  /** {@code [batch, heads, tokens, headWidth]}. */
  NDArray queries(NDArray normed, NDArray rotation) {
    return CosineAttention.queries(toQueries.apply(normed), rotation);
  }

  /**
   * The layer's output for the last tokens, whose keys and values are known.
   *
   * @param x {@code [batch, tokens, width]}
   * @param normed of the same tokens
   * @param context keys and values of all tokens of the sequence
   * @param own positions of these tokens
   * @param readOut how many of them, counted from the last, are read
   * @return {@code [batch, readOut, width]}
   */
  NDArray output(
      NDArray x, NDArray normed, KeysAndValues context, Positions own, int readOut, Mode mode) {
    Positions read = own.last(readOut);
    NDArray queries = queries(last(normed, readOut), read.rotation);
    return output(last(x, readOut), queries, context, read.bias, mode);
  }

  /** The same for tokens whose queries are known too. */
  NDArray output(NDArray x, NDArray queries, KeysAndValues context, NDArray bias, Mode mode) {
    NDArray attended = attend(queries, context, bias, mode);
    NDArray y = outputNorm.apply(toOutput.apply(attended)).add(x);
    return feedForward.apply(y, mode).add(y);
  }

  /** {@code [batch, tokens, heads * headWidth]}. */
  private NDArray attend(NDArray queries, KeysAndValues context, NDArray bias, Mode mode) {
    if (!mode.training() || attentionDropout == 0) {
      return CosineAttention.attend(queries, context, bias);
    }
    Shape q = queries.getShape();
    Shape weights = new Shape(q.get(0), q.get(2), q.get(1), context.keys().getShape().get(2));
    NDArray ones =
        queries.getManager().ones(weights, DataType.FLOAT32).toDevice(queries.getDevice(), false);
    return CosineAttention.attend(queries, context, bias, mode.dropout(ones, attentionDropout));
  }

  /** The last tokens of {@code [batch, tokens, width]}. */
  static NDArray last(NDArray x, int count) {
    long tokens = x.getShape().get(1);
    return tokens == count ? x : x.get(new NDIndex(":, {}:", tokens - count));
  }
}
