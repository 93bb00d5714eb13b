// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import ai.djl.ndarray.NDArray;

/**
 * Images as CLIP reads them, {@code [batch, 3, size, size]}: resized, cropped, and normalised per
 * channel with OpenAI's mean and deviation (about -1.8 to 2.15).
 */
public final class ClipPixels implements TensorView {
  private final NDArray array;

  private ClipPixels(NDArray array) {
    this.array = array;
  }

  private static final TensorSpec SPEC =
      TensorSpec.of("clip pixels").axis("batch").axis("channels", 3).axis("height").axis("width");

  /**
   * Wraps pixels that are already preprocessed.
   *
   * @param array {@code [batch, 3, size, size]}, square
   * @return the view
   * @throws ShapeMismatchException for any other shape, or numbers that are not floats
   */
  public static ClipPixels of(NDArray array) {
    SPEC.check(array);
    if (array.getShape().get(2) != array.getShape().get(3)) {
      throw new ShapeMismatchException(
          "clip pixels: expected a square image but was " + array.getShape());
    }
    return new ClipPixels(array);
  }

  /**
   * The length of the last two axes.
   *
   * @return pixels per side
   */
  public int size() {
    return Math.toIntExact(array.getShape().get(2));
  }

  @Override
  public NDArray array() {
    return SPEC.alive(array);
  }

  @Override
  public String toString() {
    return "ClipPixels" + array.getShape();
  }
}
