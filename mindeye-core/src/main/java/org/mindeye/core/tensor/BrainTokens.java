// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import ai.djl.ndarray.NDArray;

/**
 * What a backbone makes of voxels, {@code [batch, tokens, width]}: the condition of a diffusion
 * prior. They have the geometry of {@link ClipTokens} but are not in CLIP's space (no loss asks
 * them to be), so nothing compares them with images: what the projector makes of them is for that.
 * A prior conditioned on projected tokens gives a result, but a wrong one, so they have a type of
 * their own.
 */
public final class BrainTokens implements TensorView {
  private final NDArray array;

  private BrainTokens(NDArray array) {
    this.array = array;
  }

  private static final TensorSpec SPEC =
      TensorSpec.of("brain tokens").axis("batch").axis("tokens").axis("width");

  /**
   * Wraps a backbone's output.
   *
   * @param array {@code [batch, tokens, width]}
   * @return the view
   * @throws ShapeMismatchException for any other shape, or numbers that are not floats
   */
  public static BrainTokens of(NDArray array) {
    return new BrainTokens(SPEC.check(array));
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

  @Override
  public NDArray array() {
    return SPEC.alive(array);
  }

  @Override
  public String toString() {
    return "BrainTokens" + array.getShape();
  }
}
