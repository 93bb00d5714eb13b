// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.ndarray.types.Shape;
import java.util.Objects;

/**
 * A layer whose output is compared.
 *
 * @param score the column of the paper's table 1
 * @param node what the layer is called in the original
 * @param shape of one image's features
 */
public record NetworkFeature(String score, String node, Shape shape) {
  /** Checks that nothing is missing. */
  public NetworkFeature {
    Objects.requireNonNull(score, "score");
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(shape, "shape");
  }
}
