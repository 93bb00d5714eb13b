// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.mindeye.core.internal.natives.LibtorchSettings;

/**
 * Attention by direction: rotary positions, unit queries and keys at the fixed temperature 16, many
 * query heads over one shared head of keys and values. What the diffusion prior's layers are made
 * of. Gradients flow everywhere. Projections are float32 or bfloat16, and what is made of them is
 * of their type; rotations and lengths are computed in float32.
 */
public final class CosineAttention {
  private static final TorchScript KERNEL = TorchScript.load("cosine_attention");
  private static final Optional<TorchScript> PRODUCTS =
      TorchScript.loadOneDnn("cosine_attention_products");

  /** With fewer, products are too small for what it takes to begin them. */
  private static final long FEWEST_ROWS = 1 << 10;

  private CosineAttention() {}

  /**
   * What is looked up and what is found.
   *
   * @param keys {@code [batch, 1, keys, width]}, unit vectors
   * @param values {@code [batch, 1, keys, width]}
   */
  public record KeysAndValues(NDArray keys, NDArray values) {
    /**
     * These, then others of the same batch.
     *
     * @param later what follows
     * @return {@code [batch, 1, keys + later keys, width]} each, owned by these tensors' managers
     */
    public KeysAndValues followedBy(KeysAndValues later) {
      return new KeysAndValues(keys.concat(later.keys, 2), values.concat(later.values, 2));
    }
  }

  /**
   * Queries of a sequence's first tokens and of those after them.
   *
   * @param first {@code [batch, heads, tokens, width]}
   * @param later {@code [batch, heads, later tokens, width]}
   * @return {@code [batch, heads, tokens + later tokens, width]}, owned by the first ones' manager
   */
  public static NDArray followedBy(NDArray first, NDArray later) {
    return KERNEL.call("followed_by", first, later).singletonOrThrow();
  }

  /**
   * Splits into heads, rotates neighbouring channels by the position's angles, divides by the
   * length.
   *
   * @param projected {@code [batch, tokens, heads * width]}, head after head
   * @param rotation {@code [tokens, width / 2, 2]}, cosine and sine for each pair of channels
   * @return {@code [batch, heads, tokens, width]}, owned by the projection's manager
   */
  public static NDArray queries(NDArray projected, NDArray rotation) {
    return KERNEL.call("directions", projected, rotation).singletonOrThrow();
  }

  /**
   * Keys and values; keys are rotated and divided by their length, values stay as they are.
   *
   * @param projected {@code [batch, tokens, 2 * width]}, keys first
   * @param rotation {@code [tokens, width / 2, 2]}
   * @return {@code [batch, 1, tokens, width]} each, owned by the projection's manager
   */
  public static KeysAndValues keysAndValues(NDArray projected, NDArray rotation) {
    return pair(KERNEL.call("keys_values", projected, rotation));
  }

  /**
   * The same after a learned key and value that belong to no token; that key is not rotated.
   *
   * @param projected {@code [batch, tokens, 2 * width]}, keys first
   * @param rotation {@code [tokens, width / 2, 2]}
   * @param nullKeyValue {@code [2, width]}, key and value
   * @return {@code [batch, 1, 1 + tokens, width]} each, owned by the projection's manager
   */
  public static KeysAndValues keysAndValues(
      NDArray projected, NDArray rotation, NDArray nullKeyValue) {
    return pair(KERNEL.call("keys_values_null", projected, rotation, nullKeyValue));
  }

  private static KeysAndValues pair(NDList found) {
    return new KeysAndValues(found.get(0), found.get(1));
  }

  /**
   * {@code softmax(16 q kᵀ + bias) v}.
   *
   * @param queries {@code [batch, heads, tokens, width]}, unit vectors
   * @param found keys and values of all tokens
   * @param bias {@code [heads, tokens, keys]}, float32 or of the queries' type
   * @return {@code [batch, tokens, heads * width]}, owned by the queries' manager
   */
  public static NDArray attend(NDArray queries, KeysAndValues found, NDArray bias) {
    TorchScript kernel = suitsProducts(queries) ? PRODUCTS.orElseThrow() : KERNEL;
    return kernel.call("attend", queries, found.keys, found.values, bias).singletonOrThrow();
  }

  private static boolean suitsProducts(NDArray queries) {
    Shape shape = queries.getShape();
    return PRODUCTS.isPresent()
        && shape.get(1) * shape.get(2) >= FEWEST_ROWS
        && !LibtorchSettings.isGradMode()
        && !queries.getDevice().isGpu();
  }

  /**
   * The same with the attention weights multiplied by a dropout mask.
   *
   * @param queries {@code [batch, heads, tokens, width]}, unit vectors
   * @param found keys and values of all tokens
   * @param bias {@code [heads, tokens, keys]}, float32 or of the queries' type
   * @param mask {@code [batch, tokens, heads, keys]}
   * @return {@code [batch, tokens, heads * width]}, owned by the queries' manager
   */
  public static NDArray attend(NDArray queries, KeysAndValues found, NDArray bias, NDArray mask) {
    return KERNEL
        .call("attend_masked", queries, found.keys, found.values, bias, mask)
        .singletonOrThrow();
  }
}
