// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

class ConditionalUnetTest {
  private static final double TOLERANCE = 1e-5;

  @FreshManager private NDManager manager;

  private NDArray normal(long seed, long... shape) {
    return NoiseSource.seeded(seed).normal(manager, new Shape(shape));
  }

  private NDArray latents(ConditionalUnetConfig config, int batch) {
    return normal(2, batch, config.channels(), 2L * config.side(), config.side());
  }

  private NDArray condition(ConditionalUnetConfig config, int batch) {
    return normal(3, batch, config.condition().tokens(), config.condition().width());
  }

  private static UnetStages stages(List<Integer> channels, List<Boolean> attention, int blocks) {
    return new UnetStages(channels, attention, blocks, 2);
  }

  /** The first look at the condition is at the start, in between, in the middle. */
  static Stream<ConditionalUnetConfig> shapes() {
    ClipSpace tokens = new ClipSpace(3, 5);
    return Stream.of(
            stages(List.of(4, 8), List.of(true, false), 1),
            stages(List.of(4, 6, 8), List.of(false, true, false), 2),
            stages(List.of(4, 8), List.of(false, false), 1),
            stages(List.of(4), List.of(true), 2))
        .map(each -> new ConditionalUnetConfig(each, 2, tokens, 3, 4));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void should_predict_each_sample_alone_as_in_a_batch(ConditionalUnetConfig config) {
    NDArray noisy = latents(config, 3);
    NDArray condition = condition(config, 3);
    try (ConditionalUnet network = MiniUnet.drawn(new ConditionalUnet(config));
        GradMode off = GradMode.off()) {
      NDArray together = network.forward(noisy, condition, 7, 950, 20);
      NDArray alone =
          network.forward(noisy.get(new NDIndex("1:2")), condition.get(new NDIndex("1:2")), 950);

      assertThat(together.getShape()).isEqualTo(noisy.getShape());
      requireEqual(together.get(new NDIndex("1:2")), alone);
      NDArray unlike = network.forward(noisy, condition, 7, 951, 20);
      assertThat(unlike.get(1).sub(together.get(1)).abs().max().getFloat()).isPositive();
      assertThat(unlike.get(0).sub(together.get(0)).abs().max().getFloat()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void should_predict_for_a_prepared_condition_as_for_a_plain_one(ConditionalUnetConfig config) {
    NDArray noisy = latents(config, 2);
    NDArray condition = condition(config, 2);
    try (ConditionalUnet network = MiniUnet.drawn(new ConditionalUnet(config));
        GradMode off = GradMode.off()) {
      PreparedCondition prepared = network.prepare(condition, manager);
      NDArray found = network.predict(noisy, 850, prepared, manager);

      assertThat(prepared.batch()).isEqualTo(2);
      assertThat(found.getManager()).isSameAs(manager);
      requireEqual(found, network.forward(noisy, condition, 850, 850));
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void should_guide_as_two_predictions(ConditionalUnetConfig config) {
    NDArray noisy = latents(config, 2);
    NDArray condition = condition(config, 2);
    try (ConditionalUnet network = MiniUnet.drawn(new ConditionalUnet(config));
        GradMode off = GradMode.off()) {
      NDArray both =
          network.predictGuided(noisy, 850, network.prepare(condition, manager), manager);

      NDArray zeros = condition.zerosLike();
      requireEqual(
          both,
          network
              .forward(noisy, zeros, 850, 850)
              .concat(network.forward(noisy, condition, 850, 850), 0));
    }
  }

  @Test
  void should_paint_several_pictures_from_one_condition() {
    ConditionalUnetConfig config = MiniUnet.tiny();
    NDArray noisy = latents(config, 3);
    NDArray condition = condition(config, 1);
    try (ConditionalUnet network = MiniUnet.drawn(new ConditionalUnet(config));
        GradMode off = GradMode.off()) {
      PreparedCondition one = network.prepare(condition, manager);
      PreparedCondition three = network.prepare(condition.repeat(0, 3), manager);

      requireEqual(
          network.predict(noisy, 5, one, manager), network.predict(noisy, 5, three, manager));
      requireEqual(
          network.predictGuided(noisy, 5, one, manager),
          network.predictGuided(noisy, 5, three, manager));
    }
  }

  private static void requireEqual(NDArray found, NDArray expected) {
    TensorAssert.assertThat(found)
        .hasShape(expected.getShape().getShape())
        .isWithinRelativeL2(expected.toFloatArray(), TOLERANCE);
  }

  @Test
  void should_leave_nothing_behind() {
    ConditionalUnetConfig config = MiniUnet.tiny();
    NDArray noisy = latents(config, 2);
    NDArray condition = condition(config, 1);
    NDArray conditions = condition(config, 2);
    NDArray timesteps = manager.create(new long[] {5, 6});
    try (ConditionalUnet network = MiniUnet.drawn(new ConditionalUnet(config));
        GradMode off = GradMode.off()) {
      PreparedCondition prepared = network.prepare(condition, manager);
      LeakCheck.assertNoLeak(
          20,
          () -> {
            try (NDManager owner = Torch.newManager(manager.getDevice())) {
              network.prepare(condition, owner);
            }
          });
      LeakCheck.assertNoLeak(20, () -> network.predict(noisy, 5, prepared, manager).close());
      LeakCheck.assertNoLeak(20, () -> network.predictGuided(noisy, 5, prepared, manager).close());
      LeakCheck.assertNoLeak(20, () -> network.forward(noisy, conditions, 5, 6).close());
      LeakCheck.assertNoLeak(
          20, () -> network.evaluate(new NDList(noisy, timesteps, conditions)).close());
    }
  }

  @Test
  void should_refuse_tensors_that_are_not_of_its_kind() {
    ConditionalUnetConfig config = MiniUnet.tiny();
    NDArray noisy = latents(config, 2);
    NDArray condition = condition(config, 2);
    try (ConditionalUnet network = MiniUnet.drawn(new ConditionalUnet(config))) {
      assertThatThrownBy(() -> network.forward(normal(1, 2, 4, 4, 4), condition, 5, 5))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage(
              "noisy latents: expected [batch, channels=3, height, width] but was [2, 4, 4, 4]");
      assertThatThrownBy(() -> network.forward(normal(1, 2, 3, 4, 5), condition, 5, 5))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage(
              "noisy latents: expected a height and width divisible by 2 but was (2, 3, 4, 5);"
                  + " paint at another size");
      assertThatThrownBy(() -> network.prepare(normal(1, 2, 3, 4), manager))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage("condition: expected [batch, tokens, width=5] but was [2, 3, 4]");
      assertThatThrownBy(() -> network.forward(noisy, normal(1, 3, 3, 5), 5, 5))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage("condition: expected one for each of 2 samples but there are 3");
      assertThatThrownBy(() -> network.forward(noisy, condition, 5))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage("timesteps: expected one for each of 2 samples but there are 1");
      assertThatThrownBy(() -> network.forward(noisy, condition, 5, -1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("timestep: expected a number of 0 or more but was -1");
      NDArray broken = condition.div(manager.zeros(new Shape()));
      assertThatThrownBy(() -> network.prepare(broken, manager))
          .isInstanceOf(NotFiniteException.class)
          .hasMessageStartingWith("condition: expected finite numbers but 30 are NaN or infinite");
    }
  }

  @Test
  void should_refuse_a_condition_that_was_not_prepared_for_it() {
    ConditionalUnetConfig config = MiniUnet.tiny();
    NDArray noisy = latents(config, 3);
    NDArray condition = condition(config, 2);
    try (ConditionalUnet network = MiniUnet.drawn(new ConditionalUnet(config));
        ConditionalUnet other = MiniUnet.drawn(new ConditionalUnet(config))) {
      PreparedCondition two = network.prepare(condition, manager);
      assertThatThrownBy(() -> network.predict(noisy, 5, two, manager))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage(
              "condition: expected one sample, or as many as there are latents, 3, but it was"
                  + " prepared for 2 samples");
      assertThatThrownBy(() -> other.predict(latents(config, 2), 5, two, manager))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "condition: it was prepared by another UNet; prepare it by the one that predicts");
      NDManager owner = Torch.newManager(manager.getDevice());
      PreparedCondition gone = network.prepare(condition, owner);
      owner.close();
      assertThatThrownBy(() -> network.predict(latents(config, 2), 5, gone, manager))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("condition: this tensor is freed");
    }
  }
}
