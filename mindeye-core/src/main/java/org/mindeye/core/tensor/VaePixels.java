// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.engine.Torch;

/**
 * Images as Stable Diffusion's autoencoder reads and paints them, {@code [batch, 3, height, width]}
 * around <b>[-1, 1]</b>. Painted ones overshoot it.
 */
public final class VaePixels implements TensorView {
  private static final TensorSpec SPEC =
      TensorSpec.of("vae pixels").axis("batch").axis("channels", 3).axis("height").axis("width");

  private final NDArray array;

  private VaePixels(NDArray array) {
    this.array = array;
  }

  /**
   * Wraps pixels that are in this range already.
   *
   * @param array {@code [batch, 3, height, width]}, red, green, blue, in [-1, 1]
   * @return the view
   * @throws ShapeMismatchException for any other shape, or numbers that are not floats
   */
  public static VaePixels of(NDArray array) {
    return new VaePixels(SPEC.check(array));
  }

  /**
   * Brings images into this range: {@code 2 x - 1}. Gradients flow.
   *
   * @param images {@code [batch, 3, height, width]} in [0, 1]
   * @return the same images, owned by their manager
   */
  public static VaePixels of(ImageBatch images) {
    NDArray x = images.array();
    return new VaePixels(x.mul(Torch.scalar(x, 2)).subi(1));
  }

  /**
   * Brings pixels back to [0, 1]: {@code x / 2 + 0.5}, <b>unclamped</b>, as the low-level branch's
   * blurry image is published. Gradients flow.
   *
   * @return {@code [batch, 3, height, width]} around [0, 1], owned by the pixels' manager
   */
  public ImageBatch toImages() {
    NDArray x = array();
    return ImageBatch.of(x.mul(Torch.scalar(x, 0.5)).addi(0.5f));
  }

  /**
   * The length of the third axis.
   *
   * @return rows of pixels
   */
  public int height() {
    return Math.toIntExact(array.getShape().get(2));
  }

  /**
   * The length of the fourth axis.
   *
   * @return columns of pixels
   */
  public int width() {
    return Math.toIntExact(array.getShape().get(3));
  }

  @Override
  public NDArray array() {
    return SPEC.alive(array);
  }

  @Override
  public String toString() {
    return "VaePixels" + array.getShape();
  }
}
