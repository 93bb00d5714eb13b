// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.LossSum;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

/** Gradients of the training loss: right, and the same however much memory they may take. */
class GradientCheckpointingTest {
  private static final DiffusionConfig PROCESS =
      DiffusionConfig.paper(12).withSchedule(BetaSchedule.COSINE, 20).withDropout(0.4, 0.4);

  static Stream<DiffusionPrior> priors() {
    TransformerConfig dropping = PriorFixtures.SMALL.withSize(3, 3, 8).withDropout(0.2, 0.3);
    PriorConfig config = PriorFixtures.smallConfig(3, 1).withTransformer(dropping);
    return Stream.of(
        DiffusionPrior.of(PriorFixtures.small(3, 1), PROCESS),
        DiffusionPrior.of(PriorFixtures.small(5, 4), PROCESS),
        DiffusionPrior.of(PriorFixtures.initialized(new PriorNetwork(config)), PROCESS),
        DiffusionPrior.of(PriorFixtures.smallFinalLayer(6, 3), PROCESS));
  }

  private static ClipTokens input(DiffusionPrior prior, NDManager manager, int seed) {
    return PriorFixtures.normal(manager, seed, 5, prior.space().tokens(), 12);
  }

  /** Loss, gradients of all parameters and of the condition, by name. */
  private static Map<String, float[]> gradients(DiffusionPrior prior) {
    Map<String, float[]> found = new LinkedHashMap<>();
    try (FusedAdamW optimizer = FusedAdamW.over(ParameterGroups.conventional(prior.network(), 0));
        StepScope step = StepScope.open(Device.cpu())) {
      BrainTokens condition = PriorFixtures.brain(input(prior, step.manager(), 2));
      condition.array().setRequiresGradient(true);
      ClipTokens target = input(prior, step.manager(), 3);
      NDArray loss = prior.trainingLoss(condition, target, NoiseSource.seeded(4)).loss();
      found.put("loss", loss.toFloatArray());
      List<NDArray> parts = new ArrayList<>(List.of(condition.array()));
      optimizer.parameters().forEach(p -> parts.add(p.getArray()));
      List<NDArray> slopes = Gradients.of(loss, parts);
      found.put("condition", slopes.get(0).toFloatArray());
      for (int i = 1; i < parts.size(); i++) {
        String name = optimizer.parameters().get(i - 1).getName();
        found.put(name, slopes.get(i) == null ? null : slopes.get(i).toFloatArray());
      }
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("priors")
  void should_have_the_gradients_of_the_plain_pass(DiffusionPrior prior) {
    try (prior) {
      Map<String, float[]> plain = gradients(prior);
      Map<String, float[]> checkpointed = gradients(prior.withGradientCheckpointing());
      assertThat(checkpointed.keySet()).isEqualTo(plain.keySet());
      assertThat(plain.values()).doesNotContainNull();
      plain.forEach(
          (name, values) -> assertThat(checkpointed.get(name)).as(name).isEqualTo(values));
    }
  }

  /** The derivative along the gradient is its length. */
  @ParameterizedTest
  @MethodSource("priors")
  void should_have_the_slope_of_the_loss(DiffusionPrior prior) {
    try (prior) {
      Map<String, float[]> gradients = gradients(prior);
      double squares = 0;
      for (Parameter parameter : prior.network().trainable()) {
        for (float slope : gradients.get(parameter.getName())) {
          squares += (double) slope * slope;
        }
      }
      double length = Math.sqrt(squares);
      double step = 1e-3;
      double above = lossAt(prior, gradients, step / length);
      double below = lossAt(prior, gradients, -step / length);
      assertThat((above - below) / (2 * step)).isCloseTo(length, within(0.02 * length));
    }
  }

  private static double lossAt(
      DiffusionPrior prior, Map<String, float[]> gradients, double distance) {
    try (CallScope scope = CallScope.open(Device.cpu())) {
      move(prior, gradients, distance, scope.manager());
      double loss =
          prior
              .trainingLoss(
                  PriorFixtures.brain(input(prior, scope.manager(), 2)),
                  input(prior, scope.manager(), 3),
                  NoiseSource.seeded(4))
              .loss()
              .getFloat();
      move(prior, gradients, -distance, scope.manager());
      return loss;
    }
  }

  private static void move(
      DiffusionPrior prior, Map<String, float[]> gradients, double by, NDManager manager) {
    for (Parameter parameter : prior.network().trainable()) {
      NDArray slope = Torch.copy(manager, gradients.get(parameter.getName()), parameter.getShape());
      LinearCombination.into(parameter.getArray(), 1, slope, by);
    }
  }

  @Test
  void should_join_a_larger_loss() {
    try (DiffusionPrior prior = DiffusionPrior.of(PriorFixtures.small(3, 2), PROCESS);
        StepScope step = StepScope.open(Device.cpu())) {
      float[][] slopes = new float[2][];
      for (int i = 0; i < 2; i++) {
        DiffusionPrior one = i == 0 ? prior : prior.withGradientCheckpointing();
        ClipTokens brain = input(prior, step.manager(), 2);
        brain.array().setRequiresGradient(true);
        BrainTokens condition = BrainTokens.of(brain.array().mul(Torch.scalar(brain.array(), 0.5)));
        NDArray loss =
            one.trainingLoss(condition, input(prior, step.manager(), 3), NoiseSource.seeded(4))
                .loss();
        NDArray joint = new LossSum().add(condition.array().square().mean()).add(30, loss).total();
        slopes[i] = Gradients.of(joint, List.of(brain.array())).get(0).toFloatArray();
      }
      TensorAssert.assertThat(slopes[1]).isWithinRelativeL2(slopes[0], 1e-5);
    }
  }

  @Test
  void should_train_frozen_layers_no_more_than_the_plain_pass() {
    try (DiffusionPrior prior = DiffusionPrior.of(PriorFixtures.small(3, 2), PROCESS)) {
      prior.network().trainable().stream()
          .filter(p -> p.getName().contains("layers.0"))
          .forEach(p -> p.freeze(true));
      Map<String, float[]> plain = gradients(prior);
      Map<String, float[]> checkpointed = gradients(prior.withGradientCheckpointing());
      assertThat(plain.keySet()).noneMatch(name -> name.contains("layers.0"));
      plain.forEach(
          (name, values) -> assertThat(checkpointed.get(name)).as(name).isEqualTo(values));
    }
  }

  @Test
  void should_leave_nothing_behind() {
    try (DiffusionPrior prior =
        DiffusionPrior.of(PriorFixtures.small(3, 2), PROCESS).withGradientCheckpointing()) {
      LeakCheck.assertNoLeak(() -> gradients(prior));
    }
  }
}
