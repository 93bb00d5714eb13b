// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import org.mindeye.core.clip.ClipPreprocessing;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaePixels;

/** How the blurry picture is shown to the autoencoder that makes latents to start from. */
public enum StartPixels {
  /**
   * Normalised with CLIP's mean and deviation, about -1.8 to 2.15: what the original does, and the
   * published figures are made with. Pictures start brighter and richer in contrast than they are.
   */
  CLIP_STATISTICS,
  /** In [-1, 1], as the autoencoder was trained. */
  UNIT;

  /** The same pictures in this range, owned by their manager. */
  VaePixels of(ImageBatch blurry) {
    return this == UNIT ? VaePixels.of(blurry) : VaePixels.of(ClipPreprocessing.normalize(blurry));
  }
}
