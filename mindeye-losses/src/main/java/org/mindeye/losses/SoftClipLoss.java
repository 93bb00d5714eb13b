// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.tensor.ClipVectors;

/**
 * SoftCLIP: trains the similarities of brain and images to be distributed like those of the images
 * among themselves. Both directions use the image-image distribution; nothing compares brain with
 * brain (as published: {@code soft_clip_loss} in {@code src/utils.py}). Its minimum is the entropy
 * of that distribution, not 0.
 *
 * <p>With {@code S = P T' / t}, {@code Q = softmax_row(T T' / t)}:
 *
 * <pre>-1/(2B) sum_ij ( Q[i,j] logsoftmax_row(S)[i,j] + Q[j,i] logsoftmax_column(S)[i,j] )</pre>
 *
 * @param temperature what both kinds of similarities are divided by; positive
 */
public record SoftClipLoss(double temperature) implements PairedLoss {
  /**
   * Checks the temperature.
   *
   * @param temperature positive and finite
   * @throws IllegalArgumentException if it is not
   */
  public SoftClipLoss {
    Border.requireTemperature(temperature);
  }

  @Override
  public NDArray evaluateUnchecked(ClipVectors brain, ClipVectors image) {
    Border.requireComparable("brain", brain, "image", image);
    NDArray images = image.array();
    // T T' is symmetric, so its column softmax is the transposed row softmax Q.
    return Temporaries.freed(
        () -> ContrastiveCrossEntropy.distil(brain.array(), images, images, temperature));
  }
}
