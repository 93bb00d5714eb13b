// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.prior.Denoiser;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One step of sampling from the diffusion prior: a whole pass through the network.
 *
 * <p>A plain computation at the published size takes a minute, so every run compares the {@code
 * SMALL} prior with one, and the prior that is measured with itself: prepared and not prepared must
 * predict the same.
 */
public class PriorDenoise extends DeviceBenchmark {
  private static final int TIMESTEP = 50;

  @Param({"SMALL", "PAPER"})
  PriorSize prior;

  @Param({"1", "16"})
  int batch;

  /** In which the weights are kept. */
  @Param({"FLOAT32", "BFLOAT16"})
  Precision precision;

  private PriorCase measured;
  private Denoiser denoiser;

  /** Creates the benchmark; JMH fills in the parameters. */
  public PriorDenoise() {}

  /** Draws weights and tokens and prepares; compares the last sample, small and measured. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    checkSmall(manager.getDevice());
    measured = PriorCase.draw(prior, batch, precision, manager);
    denoiser = measured.prior().denoiser(measured.brain(), manager);
    try (CallScope scope = CallScope.open(manager.getDevice())) {
      NDArray expected = fromScratch();
      NDArray actual = denoiser.predict(measured.noisy().array(), TIMESTEP);
      check("prepared prediction", actual, PriorCase.sample(expected, batch - 1));
    }
  }

  private NDArray fromScratch() {
    return measured.predict(measured.noisy(), TIMESTEP, measured.brain());
  }

  private void checkSmall(Device cpuOrGpu) {
    try (CallScope scope = CallScope.open(cpuOrGpu);
        PriorCase exact = PriorCase.draw(PriorSize.SMALL, batch, scope.manager());
        PriorCase small = PriorCase.draw(PriorSize.SMALL, batch, precision, scope.manager())) {
      double[][] expected =
          PlainPrior.of(exact.network())
              .predict(
                  PriorCase.sample(small.noisy().array(), batch - 1),
                  TIMESTEP,
                  PriorCase.sample(small.brain().array(), batch - 1));
      Denoiser prepared = small.prior().denoiser(small.brain(), scope.manager());
      check("clean tokens", prepared.predict(small.noisy().array(), TIMESTEP), expected);
    }
  }

  private void check(String what, NDArray actual, double[][] expected) {
    Check.near(
        what, actual.get(batch - 1).toFloatArray(), expected, PriorCase.tolerance(precision));
  }

  /**
   * As samplers do it: what no step changes was computed before.
   *
   * @return the sum of the clean tokens
   */
  @Benchmark
  public float prepared() {
    try (CallScope scope = CallScope.open(measured.prior().device())) {
      return Readback.sum(denoiser.predict(measured.noisy().array(), TIMESTEP));
    }
  }

  /**
   * The same from scratch: what preparing gains.
   *
   * @return the sum of the clean tokens
   */
  @Benchmark
  public float predict() {
    try (CallScope scope = CallScope.open(measured.prior().device())) {
      return Readback.sum(fromScratch());
    }
  }

  /** Frees what was prepared, and the weights. */
  @TearDown
  public void closePrior() {
    measured.close();
  }
}
