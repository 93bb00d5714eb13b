// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.TrialImage;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.evaluation.Psnr;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.LatentMoments;
import org.mindeye.training.LossTerm;
import org.mindeye.training.ModelValidator;
import org.mindeye.training.NamedValues;
import org.mindeye.training.Score;
import org.mindeye.training.SingleNetwork;

/**
 * Judges by pictures decoded from their likeliest latents; without a draw, so the same whenever it
 * is asked about the same weights.
 */
final class AutoencoderValidator implements ModelValidator<SingleNetwork<AutoencoderKl>> {
  private static final Psnr PSNR = Psnr.on(PixelGrid.unchanged());

  private final AutoencoderTrainingConfig config;
  private final List<TrialImage> images;

  AutoencoderValidator(AutoencoderTrainingConfig config, List<TrialImage> images) {
    this.config = config;
    this.images = images;
  }

  @Override
  public int samples() {
    return images.size();
  }

  @Override
  public List<Score> scores() {
    return AutoencoderScores.scores();
  }

  @Override
  public NamedValues score(SingleNetwork<AutoencoderKl> model, int epoch) {
    double[] sums = new double[4];
    for (int from = 0; from < images.size(); from += config.batchSize()) {
      List<TrialImage> some =
          images.subList(from, Math.min(images.size(), from + config.batchSize()));
      double[] means = means(model.network(), some);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += means[i] * some.size() / images.size();
      }
    }
    AutoencoderLossConfig loss = config.loss();
    double total =
        loss.absolute() * sums[0] + loss.meanSquared() * sums[1] + loss.divergence() * sums[2];
    return NamedValues.NONE
        .with(LossTerm.TOTAL, total)
        .with(AutoencoderScores.ABSOLUTE, sums[0])
        .with(AutoencoderScores.MEAN_SQUARED, sums[1])
        .with(AutoencoderScores.DIVERGENCE, sums[2])
        .with(AutoencoderScores.PSNR, sums[3]);
  }

  /** Of one batch: the terms of the loss, then PSNR. */
  private static double[] means(AutoencoderKl network, List<TrialImage> some) {
    try (CallScope scope = CallScope.open(network.device())) {
      NDManager manager = scope.manager();
      ImageBatch seen = ImageBatches.of(some, manager);
      VaePixels pixels = VaePixels.of(seen);
      LatentMoments moments = network.encode(pixels);
      VaePixels painted = network.decode(moments.mode());
      AutoencoderLoss.Terms terms = AutoencoderLoss.Terms.of(pixels, moments, painted);
      NDArray clamped = painted.toImages().array().clip(0, 1);
      double[] losses = Readback.of(terms.stacked());
      return new double[] {
        losses[0],
        losses[1],
        losses[2],
        Arrays.stream(PSNR.each(seen, ImageBatch.of(clamped))).average().orElseThrow()
      };
    }
  }
}
