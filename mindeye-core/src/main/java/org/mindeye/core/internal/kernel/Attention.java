// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
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

  /**
   * Of a sample whose heads are multiplied together, in bfloat16: 32 x 16 x 257 x 64 takes 40 ms
   * so, 68 in the fused kernel. With gradients the difference is larger, as the fused kernel's
   * backward pass makes hardly any use of the processor's instructions for bfloat16: 64 x 4 x 64 x
   * 16 takes 5 ms of one core in place of 42, 64 x 4 x 256 x 12 57 in place of 142.
   */
  private static final long MOST_SCORES = 1 << 21;

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
    return KERNEL.call(method(query, key), query, key, value).singletonOrThrow();
  }

  private static String method(NDArray query, NDArray key) {
    boolean half =
        query.getDataType() == DataType.UNKNOWN
            && !query.getDevice().isGpu()
            && Conversion.isBfloat16(query);
    boolean few = half && scores(query, key) <= MOST_SCORES;
    if (LibtorchSettings.isGradMode()) {
      return few ? "attend_products" : "attend";
    }
    if (few) {
      return "attend_half_samples";
    }
    return half && isLarge(query, key, FEWEST_HALVES) ? "attend_half_tiles" : "attend";
  }

  /** Of one sample. */
  private static long scores(NDArray query, NDArray key) {
    Shape shape = query.getShape();
    return shape.get(1) * shape.get(2) * key.getShape().get(2);
  }

  private static boolean suitsTiles(NDArray query, NDArray key) {
    return TILES.isPresent()
        && query.getDataType() == DataType.FLOAT32
        && isLarge(query, key, FEWEST_KEYS);
  }

  private static boolean isLarge(NDArray query, NDArray key, long fewest) {
    return key.getShape().get(2) >= fewest
        && query.getShape().get(2) >= fewest
        && !LibtorchSettings.isGradMode()
        && !query.getDevice().isGpu();
  }
}
