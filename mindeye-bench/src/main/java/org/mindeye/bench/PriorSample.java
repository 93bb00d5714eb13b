// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.function.Supplier;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.MultistepSampler;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Whole samples of the diffusion prior, from noise to clean tokens; {@code -p batch=16} for as many
 * as are published candidates of one brain.
 *
 * <p>A plain computation at the published size takes an hour, so every run compares a whole float32
 * sample of the {@code SMALL} prior with one, and two steps of the prior that is measured, in its
 * format, with the same steps made by hand. A whole sample of an untrained network enlarges every
 * rounding from step to step, so in bfloat16 it shows nothing.
 */
public class PriorSample extends DeviceBenchmark {
  private static final int FEW_STEPS = 2;

  @Param SamplerKind sampler;

  @Param({"SMALL", "PAPER"})
  PriorSize prior;

  @Param("1")
  int batch;

  /** In which the weights are kept. */
  @Param({"FLOAT32", "BFLOAT16"})
  Precision precision;

  private PriorCase measured;
  private DiffusionPrior sampling;

  /** Creates the benchmark; JMH fills in the parameters. */
  public PriorSample() {}

  /** Draws weights and brains; compares the last sample, small and measured. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    checkSmall(manager.getDevice());
    measured = PriorCase.draw(prior, batch, precision, manager);
    sampling = measured.prior().withSampler(sampler.sampler());
    checkFewSteps();
  }

  private void checkSmall(Device cpuOrGpu) {
    try (CallScope scope = CallScope.open(cpuOrGpu);
        PriorCase small = PriorCase.draw(PriorSize.SMALL, batch, scope.manager())) {
      PlainDiffusion plain = new PlainDiffusion(PlainPrior.of(small.network())::predict);
      double[][] brain = PriorCase.sample(small.brain().array(), batch - 1);
      double[][] expected = sampler.plain(plain, brain, lastDraws(small));
      DiffusionPrior whole = small.prior().withSampler(sampler.sampler());
      ClipTokens samples = whole.sample(small.brain(), noise(), scope.manager());
      check("sample", samples, expected, Precision.FLOAT32);
    }
  }

  private void checkFewSteps() {
    try (CallScope scope = CallScope.open(sampling.device())) {
      NDManager manager = scope.manager();
      PlainDiffusion byHand =
          new PlainDiffusion(
              (noisy, timestep, brain) ->
                  PriorCase.sample(
                      measured.predict(
                          ClipTokens.of(tokens(noisy, manager)),
                          timestep,
                          BrainTokens.of(tokens(brain, manager))),
                      0));
      double[][] brain = PriorCase.sample(measured.brain().array(), batch - 1);
      double[][] expected = byHand.multistep(FEW_STEPS, brain, lastDraws(measured));
      DiffusionPrior few = measured.prior().withSampler(new MultistepSampler(FEW_STEPS));
      check("two steps", few.sample(measured.brain(), noise(), manager), expected, precision);
    }
  }

  private static NDArray tokens(double[][] rows, NDManager owner) {
    return KnownVectors.repeated(owner, rows, 1).expandDims(0);
  }

  private static NoiseSource noise() {
    return NoiseSource.seeded(SEED, 5);
  }

  /** The last sample's share of what a sampler draws. */
  private Supplier<double[][]> lastDraws(PriorCase priorCase) {
    NoiseSource noise = noise();
    ClipSpace space = priorCase.prior().space();
    return () -> {
      float[] all = new float[batch * space.size()];
      noise.normal(all);
      float[] last = Arrays.copyOfRange(all, all.length - space.size(), all.length);
      return PriorCase.rows(last, space.width());
    };
  }

  private void check(String what, ClipTokens samples, double[][] expected, Precision in) {
    float[] last = samples.array().get(batch - 1).toFloatArray();
    Check.near(what, last, expected, PriorCase.tolerance(in));
  }

  /**
   * One batch of samples.
   *
   * @return the sum of the clean tokens
   */
  @Benchmark
  public float sample() {
    try (CallScope scope = CallScope.open(sampling.device())) {
      return Readback.sum(sampling.sample(measured.brain(), noise(), scope.manager()).array());
    }
  }

  /** Frees the weights. */
  @TearDown
  public void closePrior() {
    measured.close();
  }
}
