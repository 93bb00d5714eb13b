// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.nn.Initial;
import org.mindeye.core.nn.LayerNorm;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.MultiHeadSelfAttention;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.Nonlinearity;

/**
 * One pre-norm layer: {@code x += attention(norm(x))}, then {@code x += mlp(norm(x))}.
 *
 * <p>Initial weights are the published implementation's: normal, the ones that write into the
 * residual stream after a nonlinearity scaled down by the depth.
 */
final class TransformerLayer {
  private final MultiHeadSelfAttention attention;
  private final LayerNorm attentionNorm;
  private final Linear widen;
  private final Linear narrow;
  private final LayerNorm mlpNorm;
  private final Nonlinearity activation;

  TransformerLayer(Network network, String name, VisionTransformerConfig config) {
    int width = config.hidden();
    double plain = 1 / Math.sqrt(width);
    Initial byDepth = Initial.normal(plain / Math.sqrt(2.0 * config.layers()));
    attention =
        new MultiHeadSelfAttention(
            network, name + ".self_attn", width, config.heads(), byDepth, Initial.normal(plain));
    attentionNorm = new LayerNorm(network, name + ".layer_norm1", width);
    widen =
        Linear.of(
            network,
            name + ".mlp.fc1",
            width,
            config.intermediate(),
            Initial.normal(1 / Math.sqrt(2.0 * width)));
    narrow = Linear.of(network, name + ".mlp.fc2", config.intermediate(), width, byDepth);
    mlpNorm = new LayerNorm(network, name + ".layer_norm2", width);
    activation = config.activation();
  }

  /** {@code [batch, tokens, width]} to the same shape. */
  NDArray apply(NDArray x) {
    NDArray attended = x.add(attention.apply(attentionNorm.apply(x)));
    NDArray inner = activation.apply(widen.apply(mlpNorm.apply(attended)));
    return attended.add(narrow.apply(inner));
  }
}
