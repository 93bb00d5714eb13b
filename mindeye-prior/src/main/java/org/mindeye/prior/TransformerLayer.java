package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.mindeye.core.kernel.CosineAttention;
import org.mindeye.core.kernel.CosineAttention.KeysAndValues;
import org.mindeye.core.nn.GainLayerNorm;
import org.mindeye.core.nn.Initial;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Mode;

/**
 * Cosine attention and a feed-forward block, each added to its input. The pieces of the attention
 * are there one by one, so that what does not change between sampling steps can be kept.
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

  /** Declares {@code name.0.*} (attention) and {@code name.1.*} (feed-forward). */
  TransformerLayer(DenoisingNetwork network, String name, int width, TransformerConfig config) {
    int head = config.headWidth();
    int heads = config.heads() * head;
    String attention = name + ".0";
    nullKeyValue = network.parameter(attention + ".null_kv", new Shape(2, head), Initial.normal(1));
    norm = new GainLayerNorm(network, attention + ".norm", width);
    toQueries = Linear.withoutBias(network, attention + ".to_q", width, heads);
    toKeysAndValues = Linear.withoutBias(network, attention + ".to_kv", width, 2 * head);
    network.buffer(
        attention + ".rotary_emb.freqs",
        new Shape(config.rotated() / 2),
        RotaryPositions.FREQUENCIES);
    toOutput = Linear.withoutBias(network, attention + ".to_out.0", heads, width);
    outputNorm = new GainLayerNorm(network, attention + ".to_out.1", width);
    attentionDropout = config.attentionDropout();
    feedForward = new FeedForward(network, name + ".1", width, config);
  }

  /**
   * The whole layer over a whole sequence; the results of its last tokens.
   *
   * @param x {@code [batch, tokens, width]}
   * @param all positions of all tokens
   * @param readOut how many tokens, from the last, somebody reads
   * @return {@code [batch, readOut, width]}
   */
  NDArray apply(NDArray x, Positions all, int readOut, Mode mode) {
    NDArray normed = norm.apply(x);
    KeysAndValues found = first(normed, all.rotation);
    Positions read = all.last(readOut);
    NDArray asking = queries(last(normed, readOut), read.rotation);
    return finish(last(x, readOut), attend(asking, found, read.bias, mode), mode);
  }

  /** What the layers read: {@code [batch, tokens, width]} to the same. */
  NDArray normed(NDArray x) {
    return norm.apply(x);
  }

  /** {@code [batch, heads, tokens, headWidth]} of normed tokens. */
  NDArray queries(NDArray normed, NDArray rotation) {
    return CosineAttention.queries(toQueries.apply(normed), rotation);
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

  /** {@code [batch, tokens, heads * headWidth]}. */
  NDArray attend(NDArray queries, KeysAndValues found, NDArray bias, Mode mode) {
    if (!mode.training() || attentionDropout == 0) {
      return CosineAttention.attend(queries, found, bias);
    }
    Shape q = queries.getShape();
    Shape weights = new Shape(q.get(0), q.get(1), q.get(2), found.keys().getShape().get(2));
    NDArray ones = queries.getManager().ones(weights);
    return CosineAttention.attend(queries, found, bias, mode.dropout(ones, attentionDropout));
  }

  /** Adds what was found to the tokens that asked, then the feed-forward block. */
  NDArray finish(NDArray x, NDArray found, Mode mode) {
    NDArray y = outputNorm.apply(toOutput.apply(found)).add(x);
    return feedForward.apply(y, mode).add(y);
  }

  /** The last tokens of {@code [batch, tokens, width]}. */
  static NDArray last(NDArray x, int count) {
    long tokens = x.getShape().get(1);
    return tokens == count ? x : x.get(new NDIndex(":, {}:", tokens - count));
  }
}
