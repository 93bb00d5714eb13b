// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.prior.diffusion.TimestepFeatures;

/** Sines and cosines of the timestep, then a small MLP: one token that says how noisy it is. */
final class TimeEmbedding {
  private static final int EXPANSION = 2;
  private static final TimestepFeatures FEATURES = TimestepFeatures.SINES_FIRST;

  private final int width;
  private final Linear first;
  private final Linear second;
  private final Linear third;

  /** Declares the three biased layers {@code net.0.0}, {@code net.1.0} and {@code net.2}. */
  TimeEmbedding(ParameterScope scope, int width) {
    this.width = width;
    int inner = EXPANSION * width;
    ParameterScope net = scope.child("net");
    first = Linear.of(net.child(0).child(0), width, inner);
    second = Linear.of(net.child(1).child(0), inner, inner);
    third = Linear.of(net.child(2), inner, width);
  }

  /** {@code [timesteps, 1, width]}, float32. */
  NDArray apply(DenoisingNetwork network, NDManager owner, int... timesteps) {
    Shape shape = new Shape(timesteps.length, 1, width);
    NDArray x = network.moved(Torch.copy(owner, FEATURES.of(width, timesteps), shape));
    NDArray y = Nonlinearity.SILU.apply(first.apply(x));
    return DataTypes.toFloat32(third.apply(Nonlinearity.SILU.apply(second.apply(y))));
  }
}
