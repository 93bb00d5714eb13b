// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.List;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.TrialImage;
import org.mindeye.lowlevel.AutoencoderKl;

/**
 * The factor that gives latents a deviation of 1, as diffusion models want them: one over the
 * standard deviation of all numbers of the likeliest latents of training pictures. That of Stable
 * Diffusion, 0.18215, was found so on its first batch (Rombach et al. 2022, appendix G).
 */
public final class LatentScale {
  private static final int BATCH = 32;

  private LatentScale() {}

  /**
   * Measures it, whatever scale the network has.
   *
   * @param network a trained autoencoder
   * @param images what it was trained on, or a part
   * @return the factor, for {@link org.mindeye.lowlevel.AutoencoderConfig#withScale}
   * @throws MindEyeException if all numbers are the same, or some are no numbers
   * @throws org.mindeye.data.MalformedSampleException if a picture is damaged
   */
  public static double measure(AutoencoderKl network, ImageSplit images) {
    double sum = 0;
    double squares = 0;
    long count = 0;
    List<TrialImage> all = images.images();
    for (int from = 0; from < all.size(); from += BATCH) {
      for (double value : means(network, all.subList(from, Math.min(all.size(), from + BATCH)))) {
        sum += value;
        squares += value * value;
        count++;
      }
    }
    double mean = sum / count;
    double variance = squares / count - mean * mean;
    if (!(variance > 0)) {
      throw new MindEyeException(
          "the latents of "
              + Plural.of(all.size(), "picture")
              + ": expected a positive variance but was "
              + variance
              + "; train the autoencoder first");
    }
    return 1 / Math.sqrt(variance);
  }

  private static double[] means(AutoencoderKl network, List<TrialImage> images) {
    try (CallScope scope = CallScope.open(network.device())) {
      VaePixels pixels = VaePixels.of(ImageBatches.of(images, scope.manager()));
      return Readback.of(network.encode(pixels).mean());
    }
  }
}
