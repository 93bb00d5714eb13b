// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Objects;
import org.mindeye.Plural;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.prior.Denoiser;
import org.mindeye.prior.Sampling;
import org.mindeye.prior.diffusion.SamplingPlan;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.PreparedCondition;

/**
 * From noise, or from latents that are made noisy, to latents of a picture, by a UNet with
 * classifier-free guidance. What the condition is compared with are tokens of zeros, as MindEye
 * does it. (Versatile Diffusion's own pipeline takes those of a gray picture.) Safe for concurrent
 * callers.
 */
public final class LatentDiffusion {
  private final ConditionalUnet unet;
  private final LatentScheduler scheduler;
  private final PublishedScheduler process;

  private LatentDiffusion(
      ConditionalUnet unet, LatentScheduler scheduler, PublishedScheduler process) {
    this.unet = unet;
    this.scheduler = scheduler;
    this.process = process;
  }

  /**
   * Samples with a network.
   *
   * @param unet with weights; stays the caller's
   * @param scheduler how latents are sampled
   * @param process what the network was trained for
   * @return the sampler
   */
  public static LatentDiffusion of(
      ConditionalUnet unet, LatentScheduler scheduler, PublishedScheduler process) {
    return new LatentDiffusion(
        Objects.requireNonNull(unet, "unet"),
        Objects.requireNonNull(scheduler, "scheduler"),
        Objects.requireNonNull(process, "process"));
  }

  /**
   * Samples from noise, in all steps.
   *
   * @param condition {@code [batch, tokens, width]}
   * @param config steps and guidance
   * @param noise the start is drawn from it, along the batch
   * @param steps is notified before each call of the network
   * @param owner the manager that owns the result
   * @return {@code [batch, channels, side, side]}, scaled
   * @throws ShapeMismatchException if the tokens have another width
   */
  public VaeLatents sample(
      ClipTokens condition,
      DecodeConfig config,
      NoiseSource noise,
      StepListener steps,
      NDManager owner) {
    Alive.require("owner", owner);
    try (Lifetime.Call call = unet.enter();
        CallScope scope = CallScope.open(unet.device())) {
      int side = unet.config().side();
      Shape shape = new Shape(condition.batch(), unet.config().channels(), side, side);
      NDArray x = noise.normal(scope.manager(), shape);
      run(plan(config, 0), x, condition, config.guidance(), noise, steps);
      return VaeLatents.of(scope.keep(x, owner));
    }
  }

  /**
   * Samples from latents, in the last steps alone: as many as the strength says.
   *
   * @param condition {@code [batch, tokens, width]}
   * @param start {@code [batch, channels, height, width]}, scaled
   * @param config steps, guidance and strength; a strength of less than a step gives the start as
   *     it is, strength 1 ignores its numbers
   * @param noise what the start is made noisy with is drawn from it, along the batch
   * @param steps is notified before each call of the network
   * @param owner the manager that owns the result
   * @return latents of the start's shape, scaled
   * @throws ShapeMismatchException if a shape is not the network's, or the batches differ
   */
  public VaeLatents sample(
      ClipTokens condition,
      VaeLatents start,
      DecodeConfig config,
      NoiseSource noise,
      StepListener steps,
      NDManager owner) {
    Alive.require("owner", owner);
    requireBatch(condition, start);
    try (Lifetime.Call call = unet.enter();
        CallScope scope = CallScope.open(unet.device())) {
      int first = config.steps() - config.repaintedSteps();
      if (first == config.steps()) {
        return VaeLatents.of(scope.keep(start.array().duplicate(), owner));
      }
      SamplingPlan plan = plan(config, first);
      NDArray x = noise.normal(scope.manager(), start.array().getShape());
      if (first > 0) {
        NDArray drawn = x;
        x = start.array().duplicate();
        int timestep = plan.steps().get(0).timestep();
        Sampling.addNoise(x, drawn, process.schedule().level(timestep));
      }
      run(plan, x, condition, config.guidance(), noise, steps);
      return VaeLatents.of(scope.keep(x, owner));
    }
  }

  private static void requireBatch(ClipTokens condition, VaeLatents start) {
    if (start.batch() != condition.batch()) {
      throw new ShapeMismatchException(
          "start: expected latents for each of "
              + Plural.of(condition.batch(), "row")
              + " of tokens but there are "
              + start.batch());
    }
  }

  private SamplingPlan plan(DecodeConfig config, int first) {
    return scheduler.plan(process.schedule(), process.prediction(), config.steps(), first);
  }

  /** In place. */
  private void run(
      SamplingPlan plan,
      NDArray x,
      ClipTokens condition,
      double guidance,
      NoiseSource noise,
      StepListener steps) {
    try (CallScope scope = CallScope.open(unet.device())) {
      PreparedCondition prepared = unet.prepare(condition.array(), scope.manager());
      Denoiser denoiser =
          guidance == 1
              ? (noisy, t) -> unet.predict(noisy, t, prepared, scope.manager())
              : (noisy, t) -> guided(noisy, t, prepared, guidance, scope.manager());
      Sampling.run(plan, x, denoiser.notifying(steps, plan.calls()), noise);
    }
  }

  private NDArray guided(
      NDArray noisy, int timestep, PreparedCondition prepared, double guidance, NDManager owner) {
    long batch = noisy.getShape().get(0);
    try (NDArray both = unet.predictGuided(noisy, timestep, prepared, owner);
        NDArray without = both.get(new NDIndex("0:{}", batch))) {
      NDArray with = both.get(new NDIndex("{}:", batch));
      LinearCombination.into(with, guidance, without, 1 - guidance);
      return with;
    }
  }
}
