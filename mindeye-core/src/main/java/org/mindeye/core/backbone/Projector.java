// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.nn.LayerNorm;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;

/**
 * The projector: three rounds of norm, GELU, linear over each token. It starts with a norm and ends
 * with a plain linear layer; no dropout.
 */
final class Projector {
  private final LayerNorm[] norms = new LayerNorm[3];
  private final Linear[] layers = new Linear[3];

  Projector(ParameterScope scope, int width, int hidden) {
    int[] widths = {width, hidden, hidden, width};
    for (int i = 0; i < 3; i++) {
      norms[i] = new LayerNorm(scope.child(3 * i), widths[i]);
      layers[i] = Linear.of(scope.child(3 * i + 2), widths[i], widths[i + 1]);
    }
  }

  NDArray apply(NDArray tokens) {
    NDArray x = tokens;
    for (int i = 0; i < 3; i++) {
      x = layers[i].apply(Nonlinearity.GELU.apply(norms[i].apply(x)));
    }
    return x;
  }
}
