// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;

/** Classifier-free guidance. A prediction from nothing is the same for all samples of a step. */
final class Guidance {
  private final DenoisingNetwork network;
  private final double scale;

  Guidance(DenoisingNetwork network, double scale) {
    this.network = network;
    this.scale = scale;
  }

  Denoiser around(Denoiser conditioned) {
    return (noisy, timestep) -> {
      NDArray shown = conditioned.predict(noisy, timestep);
      NDManager owner = noisy.getManager();
      try (NDArray nothing = Temporaries.freed(() -> fromNothing(owner, timestep))) {
        LinearCombination.into(shown, scale, nothing, 1 - scale);
      }
      return shown;
    };
  }

  private NDArray fromNothing(NDManager owner, int timestep) {
    Shape one = new Shape(1, network.space().tokens(), network.space().width());
    NDArray hidden = owner.zeros(one, DataType.FLOAT32);
    ClipTokens image = ClipTokens.of(hidden);
    BrainTokens brain = BrainTokens.of(hidden);
    return network
        .predict(image, new int[] {timestep}, brain, ConditioningMask.hideAll(1), Mode.eval())
        .array();
  }
}
