// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.ndarray.NDArray;

/** Learned scores by distance, added to attention scores. Gradients flow to the weight. */
public final class RelativeBias {
  private static final TorchScript KERNEL = TorchScript.load("relative_bias");

  private RelativeBias() {}

  /**
   * Looks up the score of each query and key.
   *
   * @param like a tensor whose manager will own the result
   * @param buckets int64 {@code [queries, keys]}, which score each pair has
   * @param weight {@code [buckets, heads]}
   * @return {@code [heads, queries, keys]}
   */
  public static NDArray of(NDArray like, NDArray buckets, NDArray weight) {
    return KERNEL.call("all", like, buckets, weight).singletonOrThrow();
  }

  /**
   * The same where queries must not see what comes after them. Key 0 belongs to no token and is
   * seen by all; key {@code i + 1} is query i's own.
   *
   * @param like a tensor whose manager will own the result
   * @param buckets int64 {@code [queries, keys]}, all tokens from the first on
   * @param weight {@code [buckets, heads]}
   * @return {@code [heads, queries, keys]}, the lowest float32 where the key lies after the query
   */
  public static NDArray causal(NDArray like, NDArray buckets, NDArray weight) {
    return KERNEL.call("causal", like, buckets, weight).singletonOrThrow();
  }
}
