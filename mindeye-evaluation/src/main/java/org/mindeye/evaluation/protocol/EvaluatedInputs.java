// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.util.List;
import java.util.Objects;

/**
 * What was evaluated.
 *
 * @param count how many pairs
 * @param sha256 the sum of ids, sizes and pixels as the source gave them, before any step: blurry
 *     pictures only if the protocol blends
 * @param ids of the images, in order
 */
public record EvaluatedInputs(int count, String sha256, List<String> ids) {
  /** Checks that the number is that of the ids. */
  public EvaluatedInputs {
    Objects.requireNonNull(sha256, "sha256");
    ids = List.copyOf(ids);
    if (ids.size() != count) {
      throw new IllegalArgumentException(
          "inputs: expected one id each for " + count + " but there are " + ids.size());
    }
  }
}
