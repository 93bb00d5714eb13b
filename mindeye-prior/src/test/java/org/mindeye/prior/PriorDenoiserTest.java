// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

/** The public way to a single step of sampling. */
class PriorDenoiserTest {
  private static final int TIMESTEP = 40;

  @FreshManager private static NDManager inputs;
  private static DiffusionPrior prior;
  private static BrainTokens condition;
  private static ClipTokens noisy;

  @BeforeAll
  static void open() {
    prior = DiffusionPrior.of(PriorFixtures.small(5, 2), DiffusionConfig.paper(12));
    condition = PriorFixtures.brain(inputs, 2, 3, 5, 12);
    noisy = PriorFixtures.normal(inputs, 3, 3, 5, 12);
  }

  @AfterAll
  static void close() {
    prior.close();
  }

  private static float[] predicted(ConditioningMask mask) {
    int[] timesteps = {TIMESTEP, TIMESTEP, TIMESTEP};
    return prior
        .network()
        .predict(noisy, timesteps, condition, mask, Mode.eval())
        .array()
        .toFloatArray();
  }

  @Test
  void should_predict_what_the_network_predicts() {
    try (CallScope scope = CallScope.open(Device.cpu())) {
      NDArray clean = prior.denoiser(condition, scope.manager()).predict(noisy.array(), TIMESTEP);
      TensorAssert.assertThat(clean.toFloatArray())
          .isWithinRelativeL2(predicted(ConditioningMask.showAll(3)), 1e-6);
    }
  }

  @Test
  void should_apply_guidance() {
    try (CallScope scope = CallScope.open(Device.cpu())) {
      float[] shown = predicted(ConditioningMask.showAll(3));
      float[] nothing = predicted(ConditioningMask.hideAll(3));
      float[] expected = new float[shown.length];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = nothing[i] + 2 * (shown[i] - nothing[i]);
      }
      NDArray clean =
          prior
              .withGuidance(2)
              .denoiser(condition, scope.manager())
              .predict(noisy.array(), TIMESTEP);
      TensorAssert.assertThat(clean.toFloatArray()).isWithinRelativeL2(expected, 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 2})
  void should_leave_nothing_behind(double guidance) {
    DiffusionPrior guided = prior.withGuidance(guidance);
    LeakCheck.assertNoLeak(
        () -> {
          try (CallScope scope = CallScope.open(Device.cpu())) {
            guided.denoiser(condition, scope.manager()).predict(noisy.array(), TIMESTEP);
          }
        });
  }

  @Test
  void should_leave_only_the_prediction_behind_each_step() {
    try (CallScope scope = CallScope.open(Device.cpu())) {
      Denoiser denoiser = prior.withGuidance(2).denoiser(condition, scope.manager());
      LeakCheck.assertNoLeak(() -> denoiser.predict(noisy.array(), TIMESTEP).close());
    }
  }

  /** In the thread that started the engine gradients are off, and no scope is needed. */
  @Test
  void should_leave_nothing_behind_outside_any_scope_either() {
    List<DenoisingNetwork> networks =
        List.of(PriorFixtures.small(5, 2), PriorFixtures.smallFinalLayer(4, 2));
    for (DenoisingNetwork network : networks) {
      DiffusionConfig process = DiffusionConfig.paper(12).withSchedule(BetaSchedule.COSINE, 50);
      try (DiffusionPrior one = DiffusionPrior.of(network, process)) {
        long tokens = network.space().tokens();
        NDArray x = PriorFixtures.normal(inputs, 3, 2, tokens, 12).array();
        LeakCheck.assertNoLeak(
            () -> {
              try (NDManager owner = Torch.newManager(Device.cpu())) {
                one.denoiser(BrainTokens.of(x), owner).predict(x, 3).close();
              }
            });
      }
    }
  }

  @Test
  void should_keep_keys_values_and_tables_only() {
    try (DiffusionPrior last =
            DiffusionPrior.of(
                PriorFixtures.smallFinalLayer(4, 3),
                DiffusionConfig.paper(12).withSchedule(BetaSchedule.COSINE, 50));
        NDManager owner = Torch.newManager(Device.cpu())) {
      BrainTokens one = PriorFixtures.brain(inputs, 3, 2, 1, 12);
      int before = LeakCheck.census().arrays();
      last.denoiser(one, owner);
      assertThat(LeakCheck.census().arrays() - before).isEqualTo(2 * 3 + 3);
    }
  }

  @Test
  void should_record_nothing() {
    try (CallScope scope = CallScope.recording(Device.cpu());
        FusedAdamW optimizer = FusedAdamW.over(ParameterGroups.conventional(prior.network(), 0))) {
      NDArray clean = prior.denoiser(condition, scope.manager()).predict(noisy.array(), TIMESTEP);
      assertThatThrownBy(
              () -> Gradients.of(clean.sum(), List.of(optimizer.parameters().get(0).getArray())))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("depends on nothing that requires gradients");
    }
  }

  @Test
  void should_refuse_other_shapes_and_networks_without_weights() {
    try (CallScope scope = CallScope.open(Device.cpu());
        DiffusionPrior bare =
            DiffusionPrior.of(
                new PriorNetwork(((PriorNetwork) prior.network()).config()), prior.config())) {
      BrainTokens other = PriorFixtures.brain(scope.manager(), 4, 3, 4, 12);
      assertThatThrownBy(() -> prior.denoiser(other, scope.manager()))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessageContaining("condition");
      assertThatThrownBy(() -> bare.denoiser(condition, scope.manager()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("PriorNetwork has no weights");
    }
  }
}
