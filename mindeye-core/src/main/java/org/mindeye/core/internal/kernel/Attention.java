// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Optional;
import org.mindeye.core.internal.natives.LibtorchSettings;

/**
 * Scaled dot-product attention through libtorch's fused kernel or, for many tokens on the CPU and
 * without a graph, through oneDNN's products of tiles, which use the processor's widest
 * instructions, of any maker's; MKL's, which the fused kernel takes, do on Intel's only, and know
 * no bfloat16 elsewhere.
 */
public final class Attention {
  private static final TorchScript KERNEL = TorchScript.load("attention");
  private static final Optional<TorchScript> TILES = TorchScript.loadOneDnn("attention_tiles");

  /** With fewer, products are too small for what it takes to begin them. */
  private static final long FEWEST_KEYS = 1 << 10;

  /** The same in bfloat16, of which the fused kernel makes less. */
  private static final long FEWEST_HALVES = 1 << 7;

  private Attention() {}

  /**
   * {@code softmax(q kᵀ / sqrt(width)) v}, without a mask. Gradients flow.
   *
   * @param query {@code [batch, heads, queries, width]}
   * @param key {@code [batch, heads, keys, width]}
   * @param value {@code [batch, heads, keys, width]}
   * @return {@code [batch, heads, queries, width]}, owned by the query's manager
   */
  public static NDArray attend(NDArray query, NDArray key, NDArray value) {
    if (suitsTiles(query, key)) {
      return TILES.orElseThrow().call("attend", query, key, value).singletonOrThrow();
    }
    String method = suitsHalfTiles(query, key) ? "attend_half_tiles" : "attend";
    return KERNEL.call(method, query, key, value).singletonOrThrow();
  }

  private static boolean suitsTiles(NDArray query, NDArray key) {
    return TILES.isPresent()
        && query.getDataType() == DataType.FLOAT32
        && isLarge(query, key, FEWEST_KEYS);
  }

  private static boolean suitsHalfTiles(NDArray query, NDArray key) {
    return query.getDataType() == DataType.UNKNOWN
        && isLarge(query, key, FEWEST_HALVES)
        && Conversion.isBfloat16(query);
  }

  private static boolean isLarge(NDArray query, NDArray key, long fewest) {
    return key.getShape().get(2) >= fewest
        && query.getShape().get(2) >= fewest
        && !LibtorchSettings.isGradMode()
        && !query.getDevice().isGpu();
  }
}
