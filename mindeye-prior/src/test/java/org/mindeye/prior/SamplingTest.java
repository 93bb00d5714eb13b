// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.prior.diffusion.Ddim;
import org.mindeye.prior.diffusion.DpmSolver;
import org.mindeye.prior.diffusion.NoiseLevel;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.prior.diffusion.SamplingPlan;
import org.mindeye.prior.diffusion.Timesteps;
import org.mindeye.prior.diffusion.UniPc;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;

/** Plans on tensors. */
class SamplingTest {
  private static final Golden GOLDEN = Golden.open("/golden/generation.safetensors");
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.stableDiffusion();
  private static final NoiseLevel LAST = SCHEDULE.level(0);
  private static final Shape LATENTS = new Shape(1, 4, 8, 8);

  @FreshManager private NDManager manager;

  private static SamplingPlan plan(String name, int steps, int start) {
    PredictionType type = PredictionType.EPSILON;
    Timesteps linspace = Timesteps.linspace(1000, steps + 1).withoutLast();
    return switch (name) {
      case "ddim" ->
          new Ddim(0, LAST).plan(SCHEDULE, type, Timesteps.leading(1000, steps, 1), start);
      case "unipc" -> new UniPc(LAST).plan(SCHEDULE, type, linspace, start);
      default -> new DpmSolver(name.equals("sde"), LAST).plan(SCHEDULE, type, linspace, start);
    };
  }

  private NDArray start() {
    return ParityGenerator.input(manager, GOLDEN.seedBase() + 300, LATENTS);
  }

  private static NDArray scaled(NDArray x, double factor) {
    return x.mul(Torch.scalar(x, factor));
  }

  /** {@code .3 x + .1 sin(t / 100) + .05 sin(3 x)}. */
  private static NDArray toyModel(NDArray x, int timestep) {
    NDArray waves = scaled(scaled(x, 3).sin(), 0.05);
    return scaled(x, 0.3).add(waves).add(0.1 * Math.sin(timestep / 100.0));
  }

  @ParameterizedTest
  @CsvSource({
    "ddim, 20, 0",
    "ddim, 20, 3",
    "ddim, 7, 0",
    "dpmpp2m, 20, 0",
    "dpmpp2m, 20, 3",
    "dpmpp2m, 7, 0",
    "unipc, 20, 0",
    "unipc, 20, 3",
    "unipc, 7, 0"
  })
  void should_pass_through_the_samples_of_diffusers(String name, int steps, int start) {
    NDArray x = start();
    List<float[]> trace = new ArrayList<>();
    Sampling.run(
        plan(name, steps, start),
        x,
        (noisy, timestep) -> {
          trace.add(noisy.toFloatArray());
          return toyModel(noisy, timestep);
        },
        NoiseSource.replayed(List.of()));
    trace.add(x.toFloatArray());
    NDArray expected = GOLDEN.array(manager, "scheduler." + name + ".n" + steps + ".start" + start);
    assertThat(trace).hasSize(steps - start + 1);
    for (int i = start; i < steps; i++) {
      TensorAssert.assertThat(trace.get(i - start + 1))
          .isWithinRelativeL2(expected.get(i - start).toFloatArray(), 1e-5);
    }
  }

  /** What a network predicts does not matter to where sampling leads. */
  @Test
  void should_lead_to_the_same_sample_from_every_prediction() {
    for (int steps : new int[] {7, 20}) {
      NDArray expected = start();
      Sampling.run(plan("sde", steps, 0), expected, SamplingTest::toyModel, noise());
      for (PredictionType type : PredictionType.values()) {
        NDArray x = start();
        Timesteps timesteps = Timesteps.linspace(1000, steps + 1).withoutLast();
        Sampling.run(
            new DpmSolver(true, LAST).plan(SCHEDULE, type, timesteps, 0),
            x,
            (noisy, t) -> {
              NDArray epsilon = toyModel(noisy, t);
              PredictionType.Conversion c = PredictionType.EPSILON.to(type, SCHEDULE.level(t));
              return scaled(noisy, c.noisy()).add(scaled(epsilon, c.predicted()));
            },
            noise());
        TensorAssert.assertThat(x).isWithinRelativeL2(expected.toFloatArray(), 1e-5);
      }
    }
  }

  /** Whatever the strength, a network that knows the image leads back to it. */
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.3, 0.85, 1})
  void should_start_from_an_image(double strength) {
    NDArray image = start();
    NDArray latents = image.duplicate();
    Timesteps timesteps = Timesteps.linspace(1000, 21).withoutLast();
    int start = Timesteps.startIndex(20, strength);
    NoiseLevel first = SCHEDULE.level(timesteps.get(start));
    NDArray drawn = NoiseSource.seeded(3).normal(manager, LATENTS);
    Sampling.addNoise(latents, drawn, first);
    List<Integer> called = new ArrayList<>();
    Sampling.run(
        new UniPc(NoiseLevel.CLEAN).plan(SCHEDULE, PredictionType.EPSILON, timesteps, start),
        latents,
        (noisy, timestep) -> {
          called.add(timestep);
          return drawn.duplicate();
        },
        NoiseSource.replayed(List.of()));
    TensorAssert.assertThat(latents).isWithinAbsolute(image.toFloatArray(), 1e-5);
    assertThat(called).hasSize(20 - start).startsWith(timesteps.get(start)).endsWith(50);
  }

  private static NoiseSource noise() {
    return NoiseSource.seeded(7);
  }

  @Test
  void should_add_noise_as_scheduled() {
    NDArray x = Torch.copy(manager, new float[] {0.5f, -1}, new Shape(2));
    NDArray noise = Torch.copy(manager, new float[] {2, 1}, new Shape(2));
    Sampling.addNoise(x, noise, SCHEDULE.level(849));
    assertThat(x.toFloatArray())
        .containsExactly(
            new float[] {2.0530231f, (float) SCHEDULE.level(849).noised(-1, 1)}, within(1e-6f));
    assertThat(noise.toFloatArray()).containsExactly(2, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddim", "dpmpp2m", "sde", "unipc"})
  void should_give_the_same_bits_again_and_leave_nothing(String name) {
    NDArray expected = start();
    Sampling.run(plan(name, 7, 0), expected, SamplingTest::toyModel, noise());
    NDArray x = manager.create(LATENTS);
    NDArray start = start();
    LeakCheck.assertNoLeak(
        () -> {
          LinearCombination.assign(x, start);
          Sampling.run(plan(name, 7, 0), x, SamplingTest::scopedModel, noise());
          assertThat(x.toFloatArray()).isEqualTo(expected.toFloatArray());
        });
  }

  private static NDArray scopedModel(NDArray x, int timestep) {
    try (CallScope scope = CallScope.open(x.getDevice())) {
      return scope.keep(toyModel(x, timestep), x.getManager());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dpmpp2m", "unipc"})
  void should_free_predictions_when_it_is_cancelled(String name) {
    NDArray x = start();
    LeakCheck.assertNoLeak(
        () ->
            assertThatThrownBy(
                    () ->
                        Sampling.run(
                            plan(name, 20, 0),
                            x,
                            (noisy, timestep) -> {
                              if (timestep < 800) {
                                throw new CancellationException("enough");
                              }
                              return noisy.duplicate();
                            },
                            noise()))
                .isInstanceOf(CancellationException.class));
  }

  @Test
  void should_refuse_predictions_of_another_shape() {
    NDArray x = start();
    LeakCheck.assertNoLeak(
        () ->
            assertThatThrownBy(
                    () ->
                        Sampling.run(
                            plan("ddim", 7, 0),
                            x,
                            (noisy, timestep) -> noisy.getManager().zeros(new Shape(4, 8, 8)),
                            noise()))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(
                    "prediction: expected the sample's shape (1, 4, 8, 8) but was (4, 8, 8)"));
  }
}
