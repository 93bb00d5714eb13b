// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Map;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.TrialImage;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.LatentMoments;
import org.mindeye.training.LossTerm;
import org.mindeye.training.StepContext;
import org.mindeye.training.StepLoss;

/**
 * Errors of pixels decoded from sampled latents, and the latents' divergence.
 *
 * @param config the weights
 * @param network what is trained
 */
record AutoencoderLoss(AutoencoderLossConfig config, AutoencoderKl network)
    implements StepLoss<List<TrialImage>> {
  private static final long LATENTS = 0x6c6174656e74L;

  /** The terms of some pictures, each a scalar. */
  record Terms(NDArray absolute, NDArray meanSquared, NDArray divergence) {
    static Terms of(VaePixels pixels, LatentMoments moments, VaePixels painted) {
      NDArray error = painted.array().sub(pixels.array());
      return new Terms(error.abs().mean(), error.square().mean(), moments.divergence());
    }

    /** {@code [3]}, to be read at once. */
    NDArray stacked() {
      return NDArrays.stack(new NDList(absolute, meanSquared, divergence));
    }

    Map<String, NDArray> named() {
      return Map.of(
          AutoencoderScores.ABSOLUTE, absolute,
          AutoencoderScores.MEAN_SQUARED, meanSquared,
          AutoencoderScores.DIVERGENCE, divergence);
    }
  }

  @Override
  public List<LossTerm> terms() {
    return config.terms();
  }

  @Override
  public Map<String, NDArray> evaluate(List<TrialImage> batch, StepContext step) {
    VaePixels pixels = VaePixels.of(ImageBatches.of(batch, step.manager()));
    step.data("pictures", pixels.array());
    LatentMoments moments = network.encode(pixels);
    step.prediction("the encoder's moments", moments.array());
    VaeLatents latents = moments.sample(step.noise(LATENTS));
    VaePixels painted = network.decode(latents);
    step.prediction("the decoder's pixels", painted.array());
    return Terms.of(pixels, moments, painted).named();
  }

  @Override
  public List<String> keys(List<TrialImage> batch) {
    return batch.stream().map(image -> image.origin().key()).toList();
  }
}
