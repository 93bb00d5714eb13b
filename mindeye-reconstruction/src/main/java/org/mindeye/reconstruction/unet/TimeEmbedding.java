// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.prior.diffusion.TimestepFeatures;

/** Cosines and sines of the timestep, then a small MLP: numbers that say how noisy latents are. */
final class TimeEmbedding {
  private static final int EXPANSION = 4;

  private final int features;
  private final DataType type;
  private final Linear first;
  private final Linear second;

  /** Declares {@code linear_1} and {@code linear_2}. */
  TimeEmbedding(ParameterScope scope, int features) {
    this.features = features;
    type = scope.type();
    first = Linear.of(scope.child("linear_1"), features, width(features));
    second = Linear.of(scope.child("linear_2"), width(features), width(features));
  }

  /** Numbers of the result. */
  static int width(int features) {
    return EXPANSION * features;
  }

  /** {@code [timesteps, width]}, owned by the manager, on its device. */
  NDArray apply(NDManager owner, int... timesteps) {
    float[] values = TimestepFeatures.COSINES_FIRST.of(features, timesteps);
    NDArray copied = Torch.copy(owner, values, new Shape(timesteps.length, features));
    NDArray x = DataTypes.convert(copied, type);
    return second.apply(Nonlinearity.SILU.apply(first.apply(x)));
  }
}
