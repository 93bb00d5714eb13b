// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import ai.djl.ndarray.NDArray;

/**
 * CLIP embeddings token by token, {@code [batch, tokens, width]}. Whether they are normalised
 * depends on where they come from; the producing method says so.
 */
public final class ClipTokens implements TensorView {
  private final NDArray array;

  private ClipTokens(NDArray array) {
    this.array = array;
  }

  private static final TensorSpec SPEC =
      TensorSpec.of("clip tokens").axis("batch").axis("tokens").axis("width");

  /**
   * Wraps tokens.
   *
   * @param array {@code [batch, tokens, width]}
   * @return the view
   * @throws ShapeMismatchException for any other shape, or numbers that are not floats
   */
  public static ClipTokens of(NDArray array) {
    return new ClipTokens(SPEC.check(array));
  }

  /**
   * The geometry of one sample.
   *
   * @return tokens and width
   */
  public ClipSpace space() {
    return new ClipSpace(
        Math.toIntExact(array.getShape().get(1)), Math.toIntExact(array.getShape().get(2)));
  }

  /**
   * Flattens token by token and divides by the Euclidean norm, {@code v / max(|v|, 1e-12)}: the
   * form the contrastive losses and retrieval compare. Gradients flow.
   *
   * @return {@code [batch, tokens * width]}, owned by this array's manager
   */
  public ClipVectors toUnitVectors() {
    return ClipVectors.normalized(array.reshape(array.getShape().get(0), -1));
  }

  @Override
  public NDArray array() {
    return SPEC.alive(array);
  }

  @Override
  public String toString() {
    return "ClipTokens" + array.getShape();
  }
}
