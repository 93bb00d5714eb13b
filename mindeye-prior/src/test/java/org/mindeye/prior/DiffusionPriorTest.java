// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

class DiffusionPriorTest {
  private static final DiffusionConfig PROCESS =
      DiffusionConfig.paper(12).withSchedule(BetaSchedule.COSINE, 20);

  private DiffusionPrior prior;
  @FreshManager private NDManager manager;

  @BeforeEach
  void open() {
    prior = DiffusionPrior.of(PriorFixtures.small(3, 2), PROCESS);
  }

  @AfterEach
  void close() {
    prior.close();
  }

  private ClipTokens tokens(long seed, int batch) {
    return PriorFixtures.normal(manager, seed, batch, 3, 12);
  }

  private BrainTokens brain(long seed, int batch) {
    return PriorFixtures.brain(tokens(seed, batch));
  }

  @Test
  void should_be_the_error_of_the_prediction() {
    try (CallScope scope = CallScope.open(Device.cpu())) {
      ClipTokens target = tokens(1, 2);
      BrainTokens condition = brain(2, 2);
      NDArray noise = tokens(3, 2).array();
      DiffusionDraw draw = new DiffusionDraw(new int[] {4, 15}, noise, ConditioningMask.showAll(2));
      PriorLoss loss = prior.trainingLoss(condition, target, draw, Mode.eval());

      float[] clean = target.array().toFloatArray();
      float[] epsilon = noise.toFloatArray();
      float[] noisy = new float[clean.length];
      for (int i = 0; i < clean.length; i++) {
        int t = i < clean.length / 2 ? 4 : 15;
        clean[i] *= (float) Math.sqrt(12);
        noisy[i] =
            (float) (prior.schedule().alpha(t) * clean[i] + prior.schedule().sigma(t) * epsilon[i]);
      }
      NDArray expected =
          prior
              .network()
              .predict(
                  ClipTokens.of(Torch.copy(manager, noisy, new Shape(2, 3, 12))),
                  new int[] {4, 15},
                  condition,
                  ConditioningMask.showAll(2),
                  Mode.eval())
              .array();
      TensorAssert.assertThat(loss.predicted().array())
          .isWithinRelativeL2(expected.toFloatArray(), 1e-5);
      float[] predicted = expected.toFloatArray();
      double error = 0;
      for (int i = 0; i < clean.length; i++) {
        error += Math.pow(predicted[i] - clean[i], 2) / clean.length;
      }
      assertThat(loss.loss().getFloat()).isCloseTo((float) error, within(1e-4f));
    }
  }

  @Test
  void should_not_change_what_it_is_given() {
    ClipTokens target = tokens(1, 2);
    BrainTokens condition = brain(2, 2);
    float[] before = target.array().toFloatArray();
    try (CallScope scope = CallScope.open(Device.cpu())) {
      prior.trainingLoss(condition, target, NoiseSource.seeded(1));
      prior.sample(condition, NoiseSource.seeded(1), scope.manager());
    }
    assertThat(target.array().toFloatArray()).isEqualTo(before);
    assertThat(condition.array().toFloatArray()).isEqualTo(tokens(2, 2).array().toFloatArray());
  }

  @Test
  void should_repeat_a_step_with_the_same_source_and_not_with_another() {
    float[] losses = new float[3];
    long[] seeds = {5, 5, 6};
    for (int i = 0; i < 3; i++) {
      try (CallScope scope = CallScope.open(Device.cpu())) {
        losses[i] =
            prior
                .trainingLoss(brain(2, 4), tokens(1, 4), NoiseSource.seeded(seeds[i]))
                .loss()
                .getFloat();
      }
    }
    assertThat(losses[1]).isEqualTo(losses[0]);
    assertThat(losses[2]).isNotEqualTo(losses[0]);
  }

  @Test
  void should_sample_reproducibly_into_the_owner() {
    BrainTokens condition = brain(2, 2);
    float[] first = prior.sample(condition, NoiseSource.seeded(5), manager).array().toFloatArray();
    ClipTokens again = prior.sample(condition, NoiseSource.seeded(5), manager);
    assertThat(again.array().getManager()).isSameAs(manager);
    assertThat(again.array().toFloatArray()).isEqualTo(first);
    assertThat(again.space()).isEqualTo(new ClipSpace(3, 12));
    float[] other = prior.sample(condition, NoiseSource.seeded(6), manager).array().toFloatArray();
    assertThat(other).isNotEqualTo(first);
  }

  @Test
  void should_change_with_guidance_and_not_without() {
    BrainTokens condition = brain(2, 1);
    float[] plain = prior.sample(condition, NoiseSource.seeded(5), manager).array().toFloatArray();
    float[] one =
        prior
            .withGuidance(1)
            .sample(condition, NoiseSource.seeded(5), manager)
            .array()
            .toFloatArray();
    float[] three =
        prior
            .withGuidance(3)
            .sample(condition, NoiseSource.seeded(5), manager)
            .array()
            .toFloatArray();
    assertThat(one).isEqualTo(plain);
    assertThat(three).isNotEqualTo(plain);
  }

  @Test
  void should_serve_concurrent_callers() throws Exception {
    DiffusionPrior fast = prior.withSampler(new MultistepSampler(5));
    List<float[]> alone = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      alone.add(sample(fast, i));
    }
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<float[]>> together = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int seed = i;
        together.add(pool.submit(() -> sample(fast, seed)));
      }
      for (int i = 0; i < 8; i++) {
        assertThat(together.get(i).get()).isEqualTo(alone.get(i));
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static float[] sample(DiffusionPrior prior, int seed) {
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      BrainTokens condition = PriorFixtures.brain(owner, seed, 2, 3, 12);
      return prior.sample(condition, NoiseSource.seeded(seed), owner).array().toFloatArray();
    }
  }

  @Test
  void should_leave_nothing_behind() {
    List<DiffusionPrior> priors =
        List.of(
            prior,
            prior.withGuidance(2),
            prior.withSampler(new MultistepSampler(3)),
            prior.withSampler(new DdimSampler(3, 1, DdimSampler.Variant.CORRECTED)));
    for (DiffusionPrior one : priors) {
      LeakCheck.assertNoLeak(20, () -> sample(one, 1));
    }
    LeakCheck.assertNoLeak(
        () -> {
          try (CallScope scope = CallScope.recording(Device.cpu())) {
            ClipTokens x = PriorFixtures.normal(scope.manager(), 1, 2, 3, 12);
            prior.trainingLoss(PriorFixtures.brain(x), x, NoiseSource.seeded(1));
          }
        });
  }

  @Test
  void should_save_memory_only_when_asked_to_and_in_training() {
    assertThat(prior.checkpointsGradients()).isFalse();
    DiffusionPrior saving = prior.withGradientCheckpointing();
    assertThat(saving.withGuidance(2).checkpointsGradients()).isTrue();
    ClipTokens x = tokens(1, 2);
    DiffusionDraw draw =
        DiffusionDraw.of(2, prior.space(), PROCESS, NoiseSource.seeded(1), manager);
    NDArray weight = prior.network().getParameters().get("learned_query").getArray();
    weight.setRequiresGradient(true);
    try (GradMode on = GradMode.on()) {
      for (DiffusionPrior one : List.of(prior, saving)) {
        NDArray predicted =
            one.trainingLoss(PriorFixtures.brain(x), x, draw, Mode.eval()).predicted().array();
        NDArray sum = predicted.sum();
        if (one == saving) {
          assertThatThrownBy(() -> Gradients.of(sum, List.of(weight)))
              .isInstanceOf(RuntimeException.class);
        } else {
          assertThat(Gradients.of(sum, List.of(weight)).get(0).abs().sum().getFloat()).isPositive();
        }
      }
    }
  }

  @Test
  void should_close_the_network_once_for_all_copies() {
    DiffusionPrior copy = prior.withSampler(new MultistepSampler(3)).withGuidance(2);
    copy.close();
    copy.close();
    prior.close();
    assertThat(prior.network().hasWeights()).isFalse();
    BrainTokens condition = brain(1, 1);
    assertThatThrownBy(() -> prior.sample(condition, NoiseSource.seeded(1), manager))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("PriorNetwork is closed");
  }

  @Test
  void should_refuse_what_cannot_work() {
    ClipTokens good = tokens(1, 2);
    NoiseSource noise = NoiseSource.seeded(1);
    assertThatThrownBy(() -> prior.trainingLoss(PriorFixtures.brain(good), tokens(1, 3), noise))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("target: expected [batch=2, tokens=3, width=12] but was [3, 3, 12]");
    ClipTokens narrow = PriorFixtures.normal(manager, 1, 2, 3, 11);
    assertThatThrownBy(() -> prior.sample(PriorFixtures.brain(narrow), noise, manager))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessageStartingWith("condition: expected [batch=2, tokens=3, width=12]");
    assertThatThrownBy(
            () ->
                prior.trainingLoss(
                    PriorFixtures.brain(narrow),
                    good,
                    new DiffusionDraw(new int[] {1, 2}, good.array(), ConditioningMask.showAll(2)),
                    Mode.eval()))
        .hasMessageStartingWith("condition: expected [batch=2, tokens=3, width=12]");
    DiffusionDraw wrong =
        new DiffusionDraw(new int[] {1, 2}, narrow.array(), ConditioningMask.showAll(2));
    assertThatThrownBy(
            () -> prior.trainingLoss(PriorFixtures.brain(good), good, wrong, Mode.eval()))
        .hasMessageStartingWith("noise: expected");
    NDArray fresh = tokens(3, 2).array();
    ConditioningMask all = ConditioningMask.showAll(2);
    assertDrawRefused(
        new DiffusionDraw(new int[] {1, 20}, fresh, all),
        "timesteps: expected numbers from 0 to 19 but found 20");
    assertDrawRefused(
        new DiffusionDraw(new int[] {-1, 2}, fresh, all),
        "timesteps: expected numbers from 0 to 19 but found -1");
    assertDrawRefused(
        new DiffusionDraw(new int[] {1}, fresh, all),
        "timesteps: expected one for each of 2 samples but there are 1");
    assertDrawRefused(
        new DiffusionDraw(new int[] {1, 2}, fresh, ConditioningMask.showAll(1)),
        "conditioning mask: made for 1 sample but there are 2");
    assertThatThrownBy(() -> prior.withGuidance(Double.NaN))
        .hasMessage("guidance: expected a finite number but was NaN");
    DiffusionPrior sure = DiffusionPrior.of(prior.network(), PROCESS.withDropout(0.2, 0));
    assertThatThrownBy(() -> sure.withGuidance(2))
        .hasMessageContaining("never hides the image in training");
    assertThat(sure.withGuidance(1)).isNotNull();
    assertThatThrownBy(() -> prior.withSampler(new MultistepSampler(21)))
        .hasMessageContaining("steps: expected 2 to 20, the timesteps of the process, but was 21");
    try (FinalLayerPriorNetwork last = PriorFixtures.smallFinalLayer(4, 1)) {
      assertThatThrownBy(() -> DiffusionPrior.of(last, DiffusionConfig.finalLayer(12)))
          .hasMessage("timesteps: the network knows 50 but the process has 1000");
    }
  }

  @Test
  void should_say_which_tensor_holds_no_numbers() {
    NoiseSource noise = NoiseSource.seeded(1);
    ClipTokens good = tokens(1, 2);
    ClipTokens bad = tokens(1, 2);
    bad.array().set(new NDIndex("1, 2, 3"), Float.NaN);
    String found = ": expected finite numbers but 1 are NaN or infinite, in 1 of 2 samples (number";
    assertThatThrownBy(() -> prior.sample(PriorFixtures.brain(bad), noise, manager))
        .isInstanceOf(NotFiniteException.class)
        .hasMessage("condition" + found + " 1, from 0); look at the backbone and its voxels");
    assertThatThrownBy(() -> prior.denoiser(PriorFixtures.brain(bad), manager))
        .isInstanceOf(NotFiniteException.class);
    ConditioningMask all = ConditioningMask.showAll(2);
    int[] times = {4, 15};
    DiffusionDraw draw = new DiffusionDraw(times, tokens(3, 2).array(), all);
    for (DiffusionPrior one : List.of(prior, prior.withGradientCheckpointing())) {
      assertThatThrownBy(() -> one.trainingLoss(PriorFixtures.brain(bad), good, draw, Mode.eval()))
          .isInstanceOf(NotFiniteException.class)
          .hasMessageStartingWith("condition" + found);
      assertThatThrownBy(() -> one.trainingLoss(PriorFixtures.brain(good), bad, draw, Mode.eval()))
          .hasMessage("target" + found + " 1, from 0); repair or leave out the images");
      DiffusionDraw odd = new DiffusionDraw(times, bad.array(), all);
      assertThatThrownBy(() -> one.trainingLoss(PriorFixtures.brain(good), good, odd, Mode.eval()))
          .hasMessageStartingWith("noise" + found);
    }
    NDArray query = prior.network().getParameters().get("learned_query").getArray();
    query.set(new NDIndex("0, 0"), Float.NaN);
    assertThatThrownBy(() -> prior.trainingLoss(PriorFixtures.brain(good), good, draw, Mode.eval()))
        .isInstanceOf(NotFiniteException.class)
        .hasMessageStartingWith(
            "the prior's loss became NaN or infinite although condition, target and noise are"
                + " finite");
  }

  /** A loop that looks at all numbers of a step at once does not wait for this one. */
  @Test
  void should_leave_the_look_at_the_loss_to_a_loop() {
    ClipTokens good = tokens(1, 2);
    ClipTokens bad = ClipTokens.of(good.array().mul(Float.NaN));
    DiffusionDraw draw =
        new DiffusionDraw(new int[] {4, 15}, tokens(3, 2).array(), ConditioningMask.showAll(2));
    DiffusionPrior unchecked = prior.withUncheckedLoss();
    float expected =
        prior.trainingLoss(PriorFixtures.brain(good), good, draw, Mode.eval()).loss().getFloat();
    for (DiffusionPrior one :
        List.of(
            unchecked,
            unchecked.withGradientCheckpointing(),
            unchecked.withSampler(new MultistepSampler(5)),
            unchecked.withGuidance(1))) {
      long before = Readback.count();
      NDArray loss = one.trainingLoss(PriorFixtures.brain(good), good, draw, Mode.eval()).loss();
      NDArray spoilt = one.trainingLoss(PriorFixtures.brain(good), bad, draw, Mode.eval()).loss();
      assertThat(Readback.count()).isEqualTo(before);
      assertThat(loss.getFloat()).isEqualTo(expected);
      assertThat(spoilt.getFloat()).isNaN();
    }
  }

  private void assertDrawRefused(DiffusionDraw draw, String message) {
    ClipTokens good = tokens(1, 2);
    assertThatThrownBy(() -> prior.trainingLoss(PriorFixtures.brain(good), good, draw, Mode.eval()))
        .hasMessage(message);
  }
}
