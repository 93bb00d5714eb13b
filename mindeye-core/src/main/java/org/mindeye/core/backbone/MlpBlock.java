// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.nn.BatchNorm;
import org.mindeye.core.nn.LayerNorm;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;

/** Linear, norm, activation, dropout: the input layer and each residual block. */
final class MlpBlock {
  private final Linear linear;
  private final LayerNorm layerNorm;
  private final BatchNorm batchNorm;
  private final Nonlinearity activation;
  private final boolean activationFirst;
  private final double dropout;

  /** Declares {@code 0} (linear) and {@code 1}, or {@code 2} (norm). */
  MlpBlock(ParameterScope scope, int in, BackboneConfig.Trunk trunk, double dropout) {
    this.dropout = dropout;
    activationFirst = trunk.activationFirst();
    linear = Linear.of(scope.child(0), in, trunk.hidden());
    // Published names number all layers: the norm is second, or third behind the activation.
    ParameterScope norm = scope.child(activationFirst ? 2 : 1);
    boolean batch = trunk.norm() == BackboneNorm.BATCH_NORM_RELU;
    batchNorm = batch ? new BatchNorm(norm, trunk.hidden()) : null;
    layerNorm = batch ? null : new LayerNorm(norm, trunk.hidden());
    activation = batch ? Nonlinearity.RELU : Nonlinearity.GELU;
  }

  NDArray apply(NDArray x, Mode mode) {
    NDArray y = linear.apply(x);
    y =
        activationFirst
            ? normalize(activation.apply(y), mode)
            : activation.apply(normalize(y, mode));
    return mode.dropout(y, dropout);
  }

  private NDArray normalize(NDArray x, Mode mode) {
    return batchNorm != null ? batchNorm.apply(x, mode) : layerNorm.apply(x);
  }
}
