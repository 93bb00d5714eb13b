// SPDX-License-Identifier: Apache-2.0
package org.mindeye.extension;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.prior.PriorSampler;
import org.mindeye.prior.Sampling;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.prior.diffusion.DpmSolver;
import org.mindeye.prior.diffusion.NoiseLevel;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.prior.diffusion.SamplingPlan;
import org.mindeye.prior.diffusion.StepWeights;
import org.mindeye.prior.diffusion.Timesteps;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.TensorAssert;

/** Samplers made of the public parts alone. */
class OwnSamplerTest {
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.stableDiffusion();

  @FreshManager private NDManager manager;

  /** The deterministic solver on trailing timesteps, which the prior does not come with. */
  @Test
  void should_sample_the_prior_with_a_custom_sampler() {
    PriorSampler sampler =
        schedule ->
            new DpmSolver(false, NoiseLevel.CLEAN)
                .plan(
                    schedule,
                    PredictionType.SAMPLE,
                    Timesteps.trailing(schedule.timesteps(), 5),
                    0);
    PriorConfig config =
        PriorConfig.paper()
            .withSpace(new ClipSpace(3, 8))
            .withTransformer(TransformerConfig.paper().withSize(1, 2, 4));
    PriorNetwork network = new PriorNetwork(config);
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    try (DiffusionPrior prior =
        DiffusionPrior.of(network, DiffusionConfig.paper(8)).withSampler(sampler)) {
      Shape shape = new Shape(2, 3, 8);
      BrainTokens brain = BrainTokens.of(NoiseSource.seeded(2).normal(manager, shape));
      NoiseSource start = NoiseSource.replayed(List.of(draw(shape)));
      assertThat(prior.sample(brain, start, manager).array().getShape()).isEqualTo(shape);
      assertThat(sampler.calls(prior.schedule())).isEqualTo(5);
      assertThat(sampler.draws(prior.schedule())).isEqualTo(1);
    }
  }

  private static float[] draw(Shape shape) {
    float[] values = new float[(int) shape.size()];
    NoiseSource.seeded(3).normal(values);
    return values;
  }

  /** A third-order plan: weights of as many earlier predictions as wanted, newest first. */
  @Test
  void should_carry_out_custom_steps() {
    List<SamplingPlan.Step> steps = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      List<Double> weights = List.of(0.5, 0.25, -2.0).subList(0, Math.min(i + 1, 3));
      StepWeights step = new StepWeights(0.1, weights, 0);
      steps.add(SamplingPlan.Step.of(SCHEDULE, PredictionType.V_PREDICTION, 900 - 100 * i, step));
    }
    SamplingPlan plan = new SamplingPlan(steps);
    NDArray x = manager.ones(new Shape(2, 2));
    Sampling.run(
        plan,
        x,
        (noisy, timestep) -> noisy.getManager().ones(noisy.getShape()),
        NoiseSource.replayed(Collections.emptyList()));

    double expected = 1;
    List<Double> clean = new ArrayList<>();
    for (SamplingPlan.Step step : plan.steps()) {
      NoiseLevel level = SCHEDULE.level(step.timestep());
      clean.add(0, level.alpha() * expected - level.sigma());
      expected *= 0.1;
      for (int k = 0; k < step.weights().predictions().size(); k++) {
        expected += step.weights().predictions().get(k) * clean.get(k);
      }
    }
    double[] everywhere = {expected, expected, expected, expected};
    TensorAssert.assertThat(x).isWithinAbsolute(everywhere, 1e-5);
    assertThat(plan.history()).isEqualTo(2);
  }
}
