// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.nn.LayerNorm;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;

/** A linear map without bias, layer norm, SiLU and dropout. */
final class VoxelLayer {
  private final Linear linear;
  private final LayerNorm norm;
  private final double dropout;

  /** Declares {@code 0} (linear) and {@code 1} (norm). */
  VoxelLayer(ParameterScope scope, int in, int out, double dropout) {
    linear = Linear.withoutBias(scope.child(0), in, out);
    norm = new LayerNorm(scope.child(1), out);
    this.dropout = dropout;
  }

  NDArray apply(NDArray x, Mode mode) {
    return mode.dropout(Nonlinearity.SILU.apply(norm.apply(linear.apply(x))), dropout);
  }
}
