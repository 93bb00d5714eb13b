// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import ai.djl.ndarray.NDArray;

/**
 * Embeddings of Euclidean length 1, {@code [batch, width]}: what the contrastive losses and the
 * indexes compare by inner product.
 */
public final class ClipVectors implements TensorView {
  private final NDArray array;

  private ClipVectors(NDArray array) {
    this.array = array;
  }

  private static final TensorSpec SPEC = TensorSpec.of("clip vectors").axis("batch").axis("width");
  private static final double SMALLEST_NORM = 1e-12;

  /**
   * Wraps vectors that already have length 1. This is the caller's promise and is not checked: a
   * check would read the device.
   *
   * @param array {@code [batch, width]}, rows of length 1
   * @return the view
   * @throws ShapeMismatchException for any other shape, or numbers that are not floats
   */
  public static ClipVectors of(NDArray array) {
    return new ClipVectors(SPEC.check(array));
  }

  /**
   * Divides every row by its Euclidean norm, {@code v / max(|v|, 1e-12)}. Gradients flow.
   *
   * @param array {@code [batch, width]}, any length
   * @return rows of length 1, owned by the array's manager
   * @throws ShapeMismatchException for any other shape, or numbers that are not floats
   */
  public static ClipVectors normalized(NDArray array) {
    return new ClipVectors(SPEC.check(array).normalize(2, 1, SMALLEST_NORM));
  }

  /**
   * The length of the second axis.
   *
   * @return numbers per vector
   */
  public int width() {
    return Math.toIntExact(array.getShape().get(1));
  }

  @Override
  public NDArray array() {
    return SPEC.alive(array);
  }

  @Override
  public String toString() {
    return "ClipVectors" + array.getShape();
  }
}
