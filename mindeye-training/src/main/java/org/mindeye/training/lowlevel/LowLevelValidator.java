// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.evaluation.PixelScores;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.training.ModelValidator;
import org.mindeye.training.NamedValues;
import org.mindeye.training.Score;
import org.mindeye.training.SingleNetwork;

/** Errors of latents over the whole validation split, and of the pixels of some decoded ones. */
final class LowLevelValidator implements ModelValidator<SingleNetwork<LowLevelNetwork>> {
  private static final int BATCH = 16;

  private final LowLevelSplit split;
  private final int decoded;
  private final PixelGrid grid;

  LowLevelValidator(LowLevelValidationConfig config, LowLevelSplit split) {
    this.split = split;
    decoded = Math.min(config.decoded(), split.trials().size());
    grid = config.grid();
  }

  @Override
  public int samples() {
    return split.trials().size();
  }

  @Override
  public List<Score> scores() {
    return LowLevelScores.scores(decoded > 0);
  }

  @Override
  public NamedValues score(SingleNetwork<LowLevelNetwork> model, int epoch) {
    Sums sums = new Sums();
    TrialLoader loader = new TrialLoader(split.trials(), LoaderConfig.evaluation(BATCH));
    for (TrialBatch batch : loader.epoch(0)) {
      add(model.network(), batch, sums);
    }
    NamedValues scores =
        NamedValues.NONE
            .with(LowLevelScores.MEAN_SQUARED, sums.squared / samples())
            .with(LowLevelScores.ABSOLUTE, sums.absolute / samples());
    return decoded == 0
        ? scores
        : scores
            .with(LowLevelScores.PIX_CORR, sums.pixCorr / decoded)
            .with(LowLevelScores.SSIM, sums.ssim / decoded);
  }

  /** Over samples. */
  private static final class Sums {
    private double squared;
    private double absolute;
    private double pixCorr;
    private double ssim;
  }

  private void add(LowLevelNetwork network, TrialBatch batch, Sums sums) {
    try (CallScope scope = CallScope.open(network.device())) {
      NDManager manager = scope.manager();
      NDArray target = split.latents(batch, manager).array();
      VaeLatents predicted = network.forward(batch.voxels(manager), Mode.eval()).latents();
      NDArray squared = predicted.array().sub(target).square().mean();
      NDArray absolute = LowLevelLoss.error(predicted.array(), target, split);
      double[] errors = Readback.of(NDArrays.stack(new NDList(squared, absolute)));
      sums.squared += batch.size() * errors[0];
      sums.absolute += batch.size() * errors[1];
      int first = batch.step() * BATCH;
      int wanted = Math.min(batch.size(), decoded - first);
      // What is no number is refused by the loop, which knows the epoch.
      if (wanted > 0 && Double.isFinite(sums.squared)) {
        compare(batch, VaeLatents.of(predicted.array().get(new NDIndex(":{}", wanted))), sums);
      }
    }
  }

  private void compare(TrialBatch batch, VaeLatents latents, Sums sums) {
    NDArray painted = split.autoencoder().decode(latents).toImages().array().clip(0, 1);
    int count = Math.toIntExact(painted.getShape().get(0));
    NDArray seen =
        ResizedImages.of(batch.trials().subList(0, count), split.side(), painted.getManager())
            .array()
            .clip(0, 1);
    for (PixelScores each : PixelScores.each(ImageBatch.of(seen), ImageBatch.of(painted), grid)) {
      sums.pixCorr += each.pixCorr();
      sums.ssim += each.ssim();
    }
  }
}
