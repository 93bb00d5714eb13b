// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.neighbors;

import java.util.List;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.data.EncodedImage;

/**
 * What a brain saw, as a large gallery has it.
 *
 * @param pictures that were compared, best first
 * @param skipped nearer neighbours than the last of these whose pictures could not be had
 */
public record SecondOrderResult(List<Compared> pictures, List<Skipped> skipped) {
  /** Copies both. */
  public SecondOrderResult {
    pictures = List.copyOf(pictures);
    skipped = List.copyOf(skipped);
  }

  /**
   * A picture.
   *
   * @param neighbor whose it is, with the score of the first search
   * @param image as it was read
   * @param score cosine of its tokens with what the second model says
   */
  public record Compared(Neighbor neighbor, EncodedImage image, float score) {}

  /**
   * A neighbour without a picture.
   *
   * @param neighbor which
   * @param reason why
   */
  public record Skipped(Neighbor neighbor, String reason) {}

  /**
   * The chosen picture.
   *
   * @return the one with the highest score
   */
  public Compared best() {
    return pictures.get(0);
  }
}
