// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.ndarray.NDArray;

/** Scaled dot-product attention through libtorch's fused kernel. */
public final class Attention {
  private static final TorchScript KERNEL = TorchScript.load("attention");

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
    return KERNEL.call("attend", query, key, value).singletonOrThrow();
  }
}
