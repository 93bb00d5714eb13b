// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.TensorSpec;

/**
 * Samples of a regression. Owns nothing: both tensors stay the caller's and are only read.
 *
 * @param inputs {@code [samples, features]}, for example voxels
 * @param targets {@code [samples, outputs]}, for example flattened CLIP tokens, on the same device
 */
public record RegressionPairs(NDArray inputs, NDArray targets) {
  /**
   * Checks the shapes.
   *
   * @throws ShapeMismatchException if a tensor is not a matrix of floats or the samples do not
   *     match
   */
  public RegressionPairs {
    TensorSpec.of("regression inputs").axis("samples").axis("features").check(inputs);
    TensorSpec.of("regression targets")
        .axis("samples", inputs.getShape().get(0))
        .axis("outputs")
        .check(targets);
  }
}
