// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import ai.djl.ndarray.NDArray;

/**
 * Latents of a Stable-Diffusion autoencoder, {@code [batch, channels, height / 8, width / 8]},
 * scaled; the published ones have 4 channels and are scaled by 0.18215.
 */
public final class VaeLatents implements TensorView {
  private final NDArray array;

  private VaeLatents(NDArray array) {
    this.array = array;
  }

  private static final TensorSpec SPEC =
      TensorSpec.of("vae latents").axis("batch").axis("channels").axis("height").axis("width");

  /**
   * Wraps latents.
   *
   * @param array {@code [batch, channels, height, width]}
   * @return the view
   * @throws ShapeMismatchException for any other shape, or numbers that are not floats
   */
  public static VaeLatents of(NDArray array) {
    return new VaeLatents(SPEC.check(array));
  }

  @Override
  public NDArray array() {
    return SPEC.alive(array);
  }

  @Override
  public String toString() {
    return "VaeLatents" + array.getShape();
  }
}
