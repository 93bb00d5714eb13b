// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import ai.djl.ndarray.NDArray;

/**
 * RGB images, {@code [batch, 3, height, width]}, float32 in <b>[0, 1]</b>. Other ranges have other
 * types ({@link ClipPixels}).
 */
public final class ImageBatch implements TensorView {
  private final NDArray array;

  private ImageBatch(NDArray array) {
    this.array = array;
  }

  private static final TensorSpec SPEC =
      TensorSpec.of("images").axis("batch").axis("channels", 3).axis("height").axis("width");

  /**
   * Wraps images. The range is the caller's promise: resizing overshoots it slightly, as in the
   * original, so it is not checked.
   *
   * @param array {@code [batch, 3, height, width]}, red, green, blue, in [0, 1]
   * @return the view
   * @throws ShapeMismatchException for any other shape, or numbers that are not floats
   */
  public static ImageBatch of(NDArray array) {
    return new ImageBatch(SPEC.check(array));
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
    return "ImageBatch" + array.getShape();
  }
}
