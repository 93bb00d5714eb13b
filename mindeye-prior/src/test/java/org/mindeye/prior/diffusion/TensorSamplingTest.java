// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.prior.Sampling;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.TensorAssert;

/** Any plan on tensors is what it is on each of their numbers. */
class TensorSamplingTest {
  private static final int NUMBERS = 6;
  private static final Shape SHAPE = new Shape(2, 3);

  @FreshManager private NDManager manager;

  private static double network(double x, int timestep) {
    return 0.3 * x + 0.1 * Math.sin(timestep / 100.0) + 0.05 * Math.sin(3 * x);
  }

  @ParameterizedTest
  @MethodSource("org.mindeye.prior.diffusion.SolverStepsTest#plans")
  void should_do_on_tensors_what_it_does_on_numbers(SamplingPlan plan) {
    NoiseSource source = NoiseSource.seeded(1);
    List<float[]> draws = new ArrayList<>();
    for (int i = 0; i <= plan.draws(); i++) {
      draws.add(new float[NUMBERS]);
      source.normal(draws.get(i));
    }
    float[] start = draws.remove(0);
    double[] expected = new double[NUMBERS];
    for (int i = 0; i < NUMBERS; i++) {
      int number = i;
      Iterator<float[]> next = draws.iterator();
      double[] trace =
          HostSampling.trace(
              plan, start[i], TensorSamplingTest::network, () -> next.next()[number]);
      assertThat(next).isExhausted();
      expected[i] = trace[trace.length - 1];
    }
    NDArray x = Torch.copy(manager, start, SHAPE);
    Sampling.run(plan, x, this::predict, NoiseSource.replayed(draws));
    TensorAssert.assertThat(x).isWithinRelativeL2(expected, 1e-5);
  }

  private NDArray predict(NDArray noisy, int timestep) {
    float[] values = noisy.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) network(values[i], timestep);
    }
    return Torch.copy(manager, values, SHAPE);
  }
}
