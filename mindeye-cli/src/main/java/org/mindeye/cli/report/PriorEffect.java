// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.data.Split;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;
import org.mindeye.evaluation.Estimate;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.MultistepSampler;

/**
 * What the diffusion prior does to the tokens of the test split: how close they are to the CLIP
 * tokens of the seen picture before and after.
 *
 * @param before the backbone's tokens, which the prior is conditioned on
 * @param projected for comparison, the projector's output, which retrieval compares with pictures
 * @param sample one sample of the prior for each brain
 * @param mean the mean of {@link #DRAWS} samples for each brain
 * @param constant for comparison, the mean of all targets of a split, the same for every brain
 * @param reference that split
 */
public record PriorEffect(
    Closeness before,
    Closeness projected,
    Closeness sample,
    Closeness mean,
    Closeness constant,
    Split reference) {
  /** Network calls of a sample. */
  static final int STEPS = 20;

  /** Samples in a mean. */
  static final int DRAWS = 4;

  private static final long SAMPLES = 19;
  private static final int BATCH = 100;

  /**
   * How close tokens are to their targets.
   *
   * @param cosines of every sample, between all its tokens as one vector and its target
   * @param error squared error in units of the targets' variance around the mean of the reference
   *     split, so that knowing nothing gives 1
   */
  public record Closeness(List<Double> cosines, double error) {
    /** Copies the list. */
    public Closeness {
      cosines = List.copyOf(cosines);
    }

    /**
     * The mean cosine.
     *
     * @return over the samples
     */
    public double cosine() {
      return estimate().mean();
    }

    /** The mean cosine, with the interval of another draw of pictures. */
    Estimate estimate() {
      return Estimate.of(each());
    }

    /** The cosine of every sample. */
    double[] each() {
      return cosines.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }

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
      Sums before = new Sums();
      Sums projected = new Sums();
      Sums sample = new Sums();
      Sums mean = new Sums();
      Sums constant = new Sums();
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
          NDArray sum = draws.stream().reduce(NDArray::add).orElseThrow();
          before.add(brain.tokens().array(), target);
          projected.add(brain.projected().array(), target);
          sample.add(draws.get(0), target);
          mean.add(sum.mul(Torch.scalar(sum, 1.0 / DRAWS)), target);
          constant.add(usual.broadcast(target.array().getShape()), target);
        }
      }
      double variance = constant.error;
      return new PriorEffect(
          before.over(variance),
          projected.over(variance),
          sample.over(variance),
          mean.over(variance),
          constant.over(variance),
          reference);
    }
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

  /** Sums over the samples of a split. */
  private static final class Sums {
    private final List<Double> cosines = new ArrayList<>();
    private double error;

    /** Adds a batch, {@code [batch, tokens, width]}. */
    void add(NDArray tokens, ClipTokens target) {
      NDArray found = ClipTokens.of(tokens).toUnitVectors().array();
      NDArray wanted = target.toUnitVectors().array();
      for (double cosine : Readback.of(found.mul(wanted).sum(new int[] {1}))) {
        cosines.add(cosine);
      }
      error += tokens.sub(target.array()).square().sum().getFloat();
    }

    Closeness over(double variance) {
      return new Closeness(cosines, error / variance);
    }
  }
}
