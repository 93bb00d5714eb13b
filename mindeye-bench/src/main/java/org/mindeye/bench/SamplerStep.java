// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.concurrent.TimeUnit;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.prior.Sampling;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.prior.diffusion.SamplingPlan;
import org.mindeye.reconstruction.LatentScheduler;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * A step of sampling 64 x 64 latents but for the network, in whose place a prediction is copied.
 * Batches are one picture, one picture with guidance, and as many as are published candidates.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SamplerStep extends DeviceBenchmark {
  static final int STEPS = 20;
  static final int NUMBERS = 4 * 64 * 64;

  @Param LatentScheduler.Method method;

  @Param({"1", "2", "16"})
  int batch;

  private SamplingPlan plan;
  private NDArray noise;
  private NDArray latents;

  /** Creates the benchmark; JMH fills in the parameters. */
  public SamplerStep() {}

  /** Draws latents; compares samples of a network that is a formula. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    plan =
        LatentScheduler.published(method)
            .plan(NoiseSchedule.stableDiffusion(), PredictionType.EPSILON, STEPS, 0);
    Shape shape = new Shape(batch, 4, 64, 64);
    noise = NoiseSource.seeded(SEED, 1).normal(manager, shape);
    latents = noise.duplicate();
    Sampling.run(plan, latents, SamplerStep::formula, NoiseSource.seeded(SEED));
    float[] start = noise.toFloatArray();
    float[] found = latents.toFloatArray();
    PlainLatents plain = new PlainLatents(method, STEPS);
    for (int i = 0; i < start.length; i += 97) {
      double expected =
          plain.sample(
              start[i], (x, t) -> 0.3 * x + 0.1 * Math.sin(t / 100) + 0.05 * Math.sin(3 * x));
      Check.near("latent " + i, found[i], expected, 1e-4);
    }
  }

  private static NDArray formula(NDArray x, int timestep) {
    try (CallScope scope = CallScope.open(x.getDevice())) {
      NDArray waves = x.mul(Torch.scalar(x, 3)).sin().mul(Torch.scalar(x, 0.05));
      NDArray line = x.mul(Torch.scalar(x, 0.3)).add(0.1 * Math.sin(timestep / 100.0));
      return scope.keep(line.add(waves), x.getManager());
    }
  }

  /**
   * All steps of a sample; the time is that of one.
   *
   * @return one of the latents
   */
  @Benchmark
  @OperationsPerInvocation(STEPS)
  public float step() {
    LinearCombination.assign(latents, noise);
    Sampling.run(plan, latents, (x, timestep) -> noise.duplicate(), NoiseSource.seeded(SEED));
    return Readback.first(latents);
  }
}
