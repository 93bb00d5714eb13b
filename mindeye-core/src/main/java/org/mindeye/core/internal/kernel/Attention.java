// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.Optional;
import org.mindeye.core.internal.natives.LibtorchSettings;

/**
 * Scaled dot-product attention through libtorch's fused kernel or, for many tokens on the CPU and
 * without a graph, through oneDNN's products of tiles, which use the processor's widest
 * instructions, of any maker's; MKL's, which the fused kernel takes, do on Intel's only.
 */
public final class Attention {
  private static final TorchScript KERNEL = TorchScript.load("attention");
  private static final Optional<TorchScript> TILES = TorchScript.loadOneDnn("attention_tiles");

  /** With fewer, products are too small for what it takes to begin them. */
  private static final long FEWEST_KEYS = 1 << 10;

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
    NDList mixed =
        suitsTiles(query, key)
            ? TILES.orElseThrow().call("attend", query, key, value)
            : KERNEL.call("attend", query, key, value);
    return mixed.singletonOrThrow();
  }

  private static boolean suitsTiles(NDArray query, NDArray key) {
    return TILES.isPresent()
        && key.getShape().get(2) >= FEWEST_KEYS
        && query.getShape().get(2) >= FEWEST_KEYS
        && !LibtorchSettings.isGradMode()
        && !query.getDevice().isGpu()
        && query.getDataType() == DataType.FLOAT32;
  }
}
