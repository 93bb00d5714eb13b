// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.nn.AttentionConfig;
import org.mindeye.core.nn.AttentionNames;
import org.mindeye.core.nn.Initializer;
import org.mindeye.core.nn.LayerNorm;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.MultiHeadAttention;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;

/**
 * One pre-norm layer: {@code x += attention(norm(x))}, then {@code x += mlp(norm(x))}.
 *
 * <p>Initial weights are the published implementation's: normal, the ones that write into the
 * residual stream after a nonlinearity scaled down by the depth.
 */
final class TransformerLayer {
  private final MultiHeadAttention attention;
  private final LayerNorm attentionNorm;
  private final Linear widen;
  private final Linear narrow;
  private final LayerNorm mlpNorm;
  private final Nonlinearity activation;

  TransformerLayer(ParameterScope scope, VisionTransformerConfig config) {
    int width = config.hidden();
    double plain = 1 / Math.sqrt(width);
    Initializer byDepth = Initializer.normal(plain / Math.sqrt(2.0 * config.layers()));
    attention =
        new MultiHeadAttention(
            scope.child("self_attn"),
            AttentionConfig.self(width, config.heads(), AttentionNames.CLIP),
            byDepth,
            Initializer.normal(plain));
    attentionNorm = new LayerNorm(scope.child("layer_norm1"), width);
    ParameterScope mlp = scope.child("mlp");
    widen =
        Linear.of(
            mlp.child("fc1"),
            width,
            config.intermediate(),
            Initializer.normal(1 / Math.sqrt(2.0 * width)));
    narrow = Linear.of(mlp.child("fc2"), config.intermediate(), width, byDepth);
    mlpNorm = new LayerNorm(scope.child("layer_norm2"), width);
    activation = config.activation();
  }

  /** {@code [batch, tokens, width]} to the same shape. */
  NDArray apply(NDArray x) {
    NDArray attended = x.add(attention.apply(attentionNorm.apply(x)));
    NDArray inner = widen.applyThen(activation, mlpNorm.apply(attended));
    return attended.add(narrow.apply(inner));
  }
}
