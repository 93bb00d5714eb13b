// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.tensor.ClipVectors;

/**
 * The loss of CLIP: every brain vector has to find its image among all images of the batch, and
 * every image its brain vector. The mean of both directions; 0 at best.
 *
 * <p>The original validates with it during the BiMixCo epochs ({@code mixco_nce} without a mix, in
 * {@code src/utils.py}).
 *
 * @param temperature what similarities are divided by; positive
 */
public record ClipLoss(double temperature) implements PairedLoss {
  /**
   * Checks the temperature.
   *
   * @param temperature positive and finite
   * @throws IllegalArgumentException if it is not
   */
  public ClipLoss {
    Border.requireTemperature(temperature);
  }

  @Override
  public NDArray evaluateUnchecked(ClipVectors brain, ClipVectors image) {
    Border.requireComparable("brain", brain, "image", image);
    return Temporaries.freed(
        () -> {
          NDArray logits =
              ContrastiveCrossEntropy.logits(
                  brain.array(), image.array().stopGradient(), temperature);
          NDArray diagonal =
              logits.getManager().eye(brain.batch(), brain.batch(), 0, logits.getDataType());
          return ContrastiveCrossEntropy.of(logits, diagonal, diagonal);
        });
  }
}
