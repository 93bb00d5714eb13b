// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.NotFiniteException;

/** What the training loss is made of. */
final class LossParts {
  private LossParts() {}

  /** A NaN in any argument makes the loss one, so sound ones cost one number read back. */
  static void requireFinite(
      NDArray loss, BrainTokens condition, ClipTokens target, DiffusionDraw draw) {
    if (!Finite.isFinite(loss)) {
      Finite.require("condition", condition.array(), "look at the backbone and its voxels");
      Finite.require("target", target.array(), "repair or leave out the images");
      Finite.require("noise", draw.noise(), "draw it again");
      throw new NotFiniteException(
          "the prior's loss became NaN or infinite although condition, target and noise are finite:"
              + " the network's weights, or what it computes from them, are not; lower the learning"
              + " rate or clip the gradients");
    }
  }

  static NDArray squaredError(NDArray predicted, NDArray clean) {
    return predicted.sub(clean).square().mean();
  }
}
