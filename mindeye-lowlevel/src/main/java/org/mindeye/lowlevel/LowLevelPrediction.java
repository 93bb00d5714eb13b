// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.mindeye.core.tensor.TensorSpec;
import org.mindeye.core.tensor.VaeLatents;

/** What a {@link LowLevelNetwork} makes of voxels. */
public final class LowLevelPrediction {
  private static final TensorSpec FEATURES =
      TensorSpec.of("features").axis("batch").axis("positions").axis("width");

  private final VaeLatents latents;
  private final NDArray features;

  LowLevelPrediction(VaeLatents latents, NDArray features) {
    this.latents = latents;
    this.features = features == null ? null : FEATURES.check(features);
  }

  /**
   * The latents of a blurry picture.
   *
   * @return {@code [batch, channels, side, side]}, scaled by 0.18215
   */
  public VaeLatents latents() {
    return latents;
  }

  /**
   * What training compares with the teacher's features of the same positions.
   *
   * @return {@code [batch, positions, 512]}, position {@code y * columns + x}; empty if the network
   *     has no projector
   */
  public Optional<NDArray> features() {
    return Optional.ofNullable(features);
  }
}
