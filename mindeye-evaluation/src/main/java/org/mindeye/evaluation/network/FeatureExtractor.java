// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.tensor.ImageBatch;

/**
 * What a network sees in images: the numbers that a metric compares of an image and of its
 * reconstruction. Resizing and normalising belong to it, so that every one is given the same
 * images.
 *
 * <p>Those of this package are safe for concurrent callers. They read a network that others close:
 * {@link FeatureNetwork}, {@link MetricNetworks}.
 */
public interface FeatureExtractor {
  /**
   * The column of the paper's table 1.
   *
   * @return {@code AlexNet(2)}, for example
   */
  String name();

  /**
   * Where the weights come from, to be noted beside a score.
   *
   * @return the name of the file; of a network that does not compute in float32, also its format
   */
  String source();

  /**
   * How large the network sees an image.
   *
   * @return pixels per side
   */
  int side();

  /**
   * The axes of one image's features.
   *
   * @return {@code [channels, height, width]} for maps, {@code [width]} for a vector
   */
  Shape shape();

  /**
   * How many numbers there are of an image.
   *
   * @return the product of {@link #shape()}
   */
  default int size() {
    return Math.toIntExact(shape().size());
  }

  /**
   * Looks at images, some at a time, without a graph.
   *
   * @param images {@code [batch, 3, height, width]} in [0, 1], float32, any size; on any device
   * @param owner the manager that owns the result
   * @return {@code [batch, features]}, float32, the axes of {@link #shape()} in their order; not
   *     normalised
   * @throws org.mindeye.core.tensor.NotFiniteException if a pixel is NaN or infinite
   * @throws IllegalStateException if the network is closed
   */
  NDArray features(ImageBatch images, NDManager owner);
}
