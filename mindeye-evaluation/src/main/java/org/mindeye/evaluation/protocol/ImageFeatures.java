// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.mindeye.core.tensor.ImageBatch;

/** What a network sees in images, resizing to its size and normalising included. */
@FunctionalInterface
public interface ImageFeatures {
  /**
   * Looks at some images.
   *
   * @param images {@code [batch, 3, height, width]} in [0, 1], after the protocol's steps
   * @param owner the manager that is to own the result
   * @return {@code [batch, ...]}, floats, always as many of an image
   */
  NDArray of(ImageBatch images, NDManager owner);
}
