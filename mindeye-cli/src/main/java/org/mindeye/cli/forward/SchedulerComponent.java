// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Set;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.prior.Sampling;
import org.mindeye.prior.diffusion.SamplingPlan;

/** A scheduler on a formula in the place of a network. */
final class SchedulerComponent implements Component {
  @Override
  public String name() {
    return "scheduler";
  }

  @Override
  public String description() {
    return "A scheduler of latent diffusion (--scheduler, --steps, --start) with a formula in the"
        + " place of the UNet: the noise in x at timestep t is 0.3 x + 0.1 sin(t / 100) + 0.05 sin(3"
        + " x). --scheduler is unipc, dpm-solver or ddim, on Stable Diffusion's noise schedule and to"
        + " timestep 0, as in diffusers 0.13. Weights of the steps are computed in float64, samples"
        + " in float32.";
  }

  @Override
  public Record exampleConfig() {
    return null;
  }

  @Override
  public boolean hasWeights() {
    return false;
  }

  @Override
  public Set<String> options() {
    return Set.of("--scheduler", "--steps", "--start");
  }

  @Override
  public List<Axes> inputs() {
    return List.of(Axes.of("sample", "[...]", "where the first step begins, of any shape"));
  }

  @Override
  public List<Axes> outputs() {
    return List.of(Axes.of("trace", "[steps - start, ...]", "what each step leads to, in order"));
  }

  @Override
  public void run(Job job) {
    SamplingPlan plan = job.choices().scheduler().plan();
    NDArray x = job.input("sample", DataType.FLOAT32);
    NDList trace = new NDList();
    Sampling.run(
        plan,
        x,
        (noisy, timestep) -> {
          trace.add(noisy.duplicate());
          return noise(noisy, timestep);
        },
        NoiseSource.replayed(List.of()));
    trace.remove(0); // the start
    trace.add(x);
    job.put("trace", NDArrays.stack(trace));
  }

  private static NDArray noise(NDArray x, int timestep) {
    try (CallScope scope = CallScope.open(x.getDevice())) {
      NDArray waves = x.mul(Torch.scalar(x, 3)).sin().mul(Torch.scalar(x, 0.05));
      NDArray line =
          x.mul(Torch.scalar(x, 0.3)).add(Torch.scalar(x, 0.1 * Math.sin(timestep / 100.0)));
      return scope.keep(line.add(waves), x.getManager());
    }
  }
}
