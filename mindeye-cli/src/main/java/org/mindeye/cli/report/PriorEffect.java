// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.data.Split;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.evaluation.TokenCloseness;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.MultistepSampler;

/**
 * What the diffusion prior does to the tokens of the test split: how close they are to the CLIP
 * tokens of the seen picture before and after. Errors are in units of the targets' variance around
 * the mean of the reference split, so that knowing nothing gives 1.
 *
 * @param before the backbone's tokens, which the prior is conditioned on
 * @param projected for comparison, the projector's output, which retrieval compares with pictures
 * @param sample one sample of the prior for each brain
 * @param mean the mean of {@link #DRAWS} samples for each brain
 * @param constant for comparison, the mean of all targets of a split, the same for every brain
 * @param reference that split
 */
public record PriorEffect(
    TokenCloseness before,
    TokenCloseness projected,
    TokenCloseness sample,
    TokenCloseness mean,
    TokenCloseness constant,
    Split reference) {
  /** Network calls of a sample. */
  static final int STEPS = 20;

  /** Samples in a mean. */
  static final int DRAWS = 4;

  private static final long SAMPLES = 19;
  private static final int BATCH = 100;

  /** Samples the prior for every test picture, with noise that depends on the seed only. */
  static PriorEffect measure(
      BackboneEncoder encoder,
      DiffusionPrior prior,
      EncodedSplit usualPictures,
      Split reference,
      EncodedSplit test,
      long seed) {
    DiffusionPrior sampler = prior.withSampler(new MultistepSampler(STEPS));
    try (CallScope scope = CallScope.open(encoder.device())) {
      NDArray usual = mean(usualPictures, scope.manager());
      PriorEffect sum = null;
      for (TrialBatch batch :
          new TrialLoader(test.trials(), LoaderConfig.evaluation(BATCH)).epoch(0)) {
        try (CallScope step = CallScope.open(encoder.device())) {
          NDManager owner = step.manager();
          ClipTokens target = test.targets().targets(batch, owner);
          BrainEmbedding brain = encoder.encode(batch.voxels(owner), owner);
          List<NDArray> draws = new ArrayList<>();
          for (int draw = 0; draw < DRAWS; draw++) {
            NoiseSource noise = NoiseSource.seeded(seed, SAMPLES, batch.step(), draw);
            draws.add(sampler.sample(brain.tokens(), noise, owner).array());
          }
          NDArray all = draws.stream().reduce(NDArray::add).orElseThrow();
          PriorEffect part =
              new PriorEffect(
                  closeness(brain.tokens().array(), target),
                  closeness(brain.projected().array(), target),
                  closeness(draws.get(0), target),
                  closeness(all.mul(Torch.scalar(all, 1.0 / DRAWS)), target),
                  closeness(usual.broadcast(target.array().getShape()), target),
                  reference);
          sum = sum == null ? part : sum.and(part);
        }
      }
      return sum.inUnitsOfVariance();
    }
  }

  private static TokenCloseness closeness(NDArray tokens, ClipTokens target) {
    return TokenCloseness.of(ClipTokens.of(tokens), target);
  }

  private PriorEffect and(PriorEffect more) {
    return new PriorEffect(
        before.and(more.before),
        projected.and(more.projected),
        sample.and(more.sample),
        mean.and(more.mean),
        constant.and(more.constant),
        reference);
  }

  private PriorEffect inUnitsOfVariance() {
    return new PriorEffect(
        before.relativeTo(constant),
        projected.relativeTo(constant),
        sample.relativeTo(constant),
        mean.relativeTo(constant),
        constant.relativeTo(constant),
        reference);
  }

  /** The mean of all targets, {@code [1, tokens, width]}, batch by batch. */
  private static NDArray mean(EncodedSplit split, NDManager owner) {
    NDArray sum = null;
    for (TrialBatch batch :
        new TrialLoader(split.trials(), LoaderConfig.evaluation(BATCH)).epoch(0)) {
      try (CallScope step = CallScope.open(owner.getDevice())) {
        NDArray part =
            split.targets().targets(batch, step.manager()).array().sum(new int[] {0}, true);
        sum = step.keep(sum == null ? part : part.add(sum), owner);
      }
    }
    return sum.mul(Torch.scalar(sum, 1.0 / split.size()));
  }
}
