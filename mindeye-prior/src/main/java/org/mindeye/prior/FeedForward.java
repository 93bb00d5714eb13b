// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.nn.GainLayerNorm;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.ParameterScope;

/** Norm, wide linear layer, SwiGLU, perhaps a norm, linear layer; no biases. */
final class FeedForward {
  private final GainLayerNorm norm;
  private final Linear widen;
  private final GainLayerNorm innerNorm;
  private final double dropout;
  private final Linear narrow;

  /** Declares {@code 0.g}, {@code .1.weight}, perhaps {@code .3.g}, {@code .5.weight}. */
  FeedForward(ParameterScope scope, int width, TransformerConfig config) {
    int inner = width * config.expansion();
    norm = new GainLayerNorm(scope.child(0), width);
    widen = Linear.withoutBias(scope.child(1), width, 2 * inner);
    innerNorm = config.normFormer() ? new GainLayerNorm(scope.child(3), inner) : null;
    dropout = config.feedForwardDropout();
    narrow = Linear.withoutBias(scope.child(5), inner, width);
  }

  /** {@code [batch, tokens, width]} to the same, in the format of the network. */
  NDArray apply(NDArray x, Mode mode) {
    NDArray gated = widen.applySwishGated(norm.apply(x));
    NDArray hidden = innerNorm == null ? gated : innerNorm.apply(gated);
    return narrow.apply(mode.dropout(hidden, dropout));
  }
}
