// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.util.Objects;
import java.util.Optional;
import org.mindeye.core.tensor.ImageBatch;

/**
 * An image that was seen, and what was painted of it. Owns nothing: the tensors belong to the
 * manager that the source was handed.
 *
 * @param id names the image in results and messages
 * @param original {@code [1, 3, height, width]} in [0, 1]
 * @param reconstruction {@code [1, 3, height, width]}, of any size; is clamped to [0, 1]
 * @param blurry {@code [1, 3, height, width]}, of any size, the low-level picture, for protocols
 *     that blend; is clamped to [0, 1]
 */
public record ImagePair(
    String id, ImageBatch original, ImageBatch reconstruction, Optional<ImageBatch> blurry) {
  /** Checks that all of it is there. */
  public ImagePair {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(original, "original");
    Objects.requireNonNull(reconstruction, "reconstruction");
    Objects.requireNonNull(blurry, "blurry");
  }

  /**
   * A pair without a blurry picture.
   *
   * @param id names the image
   * @param original {@code [1, 3, height, width]} in [0, 1]
   * @param reconstruction {@code [1, 3, height, width]}
   * @return the pair
   */
  public static ImagePair of(String id, ImageBatch original, ImageBatch reconstruction) {
    return new ImagePair(id, original, reconstruction, Optional.empty());
  }

  /**
   * The same with the blurry picture.
   *
   * @param picture {@code [1, 3, height, width]}
   * @return a changed copy
   */
  public ImagePair withBlurry(ImageBatch picture) {
    return new ImagePair(id, original, reconstruction, Optional.of(picture));
  }
}
