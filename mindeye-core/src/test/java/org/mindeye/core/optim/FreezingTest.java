// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneNorm;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.testkit.LeakCheck;

/** Training a part of a network first, with one optimiser. */
class FreezingTest {
  private static final Predicate<Parameter> SHARED = p -> !p.getName().startsWith("lin0.0.");
  private static final Predicate<Parameter> NONE = p -> false;

  @TempDir private Path folder;
  private ResidualMlpBackbone backbone;
  private FusedAdamW optimizer;

  @BeforeEach
  void open() {
    backbone = TinyTraining.backbone();
    optimizer = TinyTraining.optimizer(backbone);
  }

  @AfterEach
  void close() {
    optimizer.close();
    backbone.close();
  }

  private Map<String, float[]> values() {
    Map<String, float[]> values = new LinkedHashMap<>();
    backbone.arrays().forEach((name, array) -> values.put(name, array.toFloatArray()));
    optimizer.state().forEach((name, array) -> values.put(name, array.toFloatArray()));
    return values;
  }

  @Test
  void should_change_nothing_that_is_frozen() {
    TinyTraining.step(backbone, optimizer, 10);
    Map<String, float[]> before = values();
    optimizer.setFrozen(SHARED);
    assertThat(backbone.trainable())
        .extracting(Parameter::getName)
        .containsExactly("lin0.0.weight", "lin0.0.bias");
    for (int k = 11; k < 14; k++) {
      TinyTraining.step(backbone, optimizer, k);
    }
    Map<String, float[]> after = values();
    before.forEach(
        (name, values) -> {
          if (name.startsWith("lin0.0.")) {
            assertThat(after.get(name)).as(name).isNotEqualTo(values);
          } else {
            assertThat(after.get(name)).as(name).isEqualTo(values);
          }
        });
    assertThat(after.get("lin0.0.weight.step")).containsExactly(4);
    assertThat(after.get("lin1.weight.step")).containsExactly(1);
  }

  /** The same as an optimiser that sees no gradients of the others in those steps. */
  @Test
  void should_go_on_with_the_moments_after_unfreezing() {
    try (ResidualMlpBackbone other = TinyTraining.backbone();
        FusedAdamW skipping = TinyTraining.optimizer(other)) {
      for (int k = 10; k < 16; k++) {
        boolean frozen = k == 12 || k == 13;
        optimizer.setFrozen(frozen ? SHARED : NONE);
        step(backbone, optimizer, k, NONE);
        step(other, skipping, k, frozen ? SHARED : NONE);
      }
      assertThat(TinyTraining.values(backbone.trainable()))
          .isDeepEqualTo(TinyTraining.values(other.trainable()));
      assertThat(optimizer.state().get("lin1.weight.step").getFloat()).isEqualTo(4);
      assertThat(optimizer.state().get("lin1.weight.exp_avg_sq"))
          .isEqualTo(skipping.state().get("lin1.weight.exp_avg_sq"));
    }
  }

  /** A step without clipping, which would see fewer gradients when some are frozen. */
  private static void step(
      ResidualMlpBackbone backbone, FusedAdamW optimizer, long k, Predicate<Parameter> unused) {
    try (StepScope step = StepScope.open(Device.cpu())) {
      NDArray loss = TinyTraining.loss(backbone, step, k);
      List<Parameter> used = optimizer.parameters().stream().filter(Predicate.not(unused)).toList();
      optimizer.step(step.gradients(loss, used), TinyTraining.SCHEDULE.at(k));
    }
  }

  @Test
  void should_freeze_from_the_first_step_on_and_allocate_moments_when_they_are_needed() {
    optimizer.setFrozen(SHARED);
    TinyTraining.step(backbone, optimizer, 10);
    assertThat(optimizer.state()).hasSize(6);
    optimizer.setFrozen(NONE);
    TinyTraining.step(backbone, optimizer, 11);
    assertThat(optimizer.state()).hasSize(3 * backbone.getParameters().size());
  }

  @Test
  void should_leave_alone_what_was_frozen_after_its_gradient_was_computed() {
    Parameter head = backbone.getParameters().get("lin1.weight");
    float[] before = head.getArray().toFloatArray();
    try (GradientAccumulator sum = new GradientAccumulator()) {
      try (StepScope step = StepScope.open(Device.cpu())) {
        sum.add(step.gradients(TinyTraining.loss(backbone, step, 1), optimizer.parameters()));
      }
      optimizer.setFrozen(SHARED);
      optimizer.step(sum.mean(), TinyTraining.SCHEDULE.at(10));
    }
    assertThat(head.getArray().toFloatArray()).isEqualTo(before);
    assertThat(optimizer.state()).hasSize(6);
  }

  @Test
  void should_restore_the_moments_of_frozen_parameters() throws IOException {
    TinyTraining.step(backbone, optimizer, 10);
    optimizer.setFrozen(SHARED);
    TinyTraining.step(backbone, optimizer, 11);
    Map<String, float[]> before = values();
    try (StateDict state = TinyTraining.saved(folder, optimizer.state());
        ResidualMlpBackbone resumed = TinyTraining.backbone();
        FusedAdamW other = TinyTraining.optimizer(resumed)) {
      other.setFrozen(SHARED);
      other.restore(state);
      assertThat(other.state()).hasSize(3 * backbone.getParameters().size());
      other
          .state()
          .forEach(
              (name, array) ->
                  assertThat(array.toFloatArray()).as(name).isEqualTo(before.get(name)));
    }
  }

  @Test
  void should_never_train_what_was_frozen_when_it_was_opened() {
    BackboneConfig config =
        BackboneConfig.paper(7)
            .withHidden(8)
            .withNorm(BackboneNorm.BATCH_NORM_RELU, false)
            .withSpace(new ClipSpace(3, 4));
    try (ResidualMlpBackbone batch = new ResidualMlpBackbone(config)) {
      batch.initialize(Device.cpu(), NoiseSource.seeded(1));
      batch.getParameters().get("lin1.bias").freeze(true);
      List<Parameter> all = List.copyOf(batch.getParameters().values());
      int trained = batch.trainable().size();
      try (FusedAdamW open = FusedAdamW.over(List.of(new ParameterGroup("all", all, 1e-2)))) {
        open.setFrozen(NONE);
        assertThat(batch.trainable()).hasSize(trained);
        TinyTraining.step(batch, open, 10);
      }
    }
  }

  @Test
  void should_require_gradients_only_while_open() {
    optimizer.setFrozen(SHARED);
    assertThat(backbone.arrays().get("lin1.bias").hasGradient()).isFalse();
    assertThat(backbone.arrays().get("lin0.0.bias").hasGradient()).isTrue();
    optimizer.setFrozen(p -> true);
    assertThatIllegalStateException()
        .isThrownBy(() -> TinyTraining.step(backbone, optimizer, 10))
        .withMessageStartingWith("none of the 26 parameters requires gradients: open an optimiser");
    optimizer.setFrozen(NONE);
    assertThat(backbone.arrays().get("lin1.bias").hasGradient()).isTrue();
    optimizer.close();
    assertThat(backbone.arrays().values()).noneMatch(NDArray::hasGradient);
    assertThatIllegalStateException()
        .isThrownBy(() -> optimizer.setFrozen(NONE))
        .withMessage("FusedAdamW is closed; closing is final, so make a new one");
  }

  @Test
  void should_leave_nothing_behind() {
    TinyTraining.step(backbone, optimizer, 10);
    LeakCheck.assertNoLeak(
        () -> {
          optimizer.setFrozen(SHARED);
          TinyTraining.step(backbone, optimizer, 11);
          optimizer.setFrozen(NONE);
        });
  }
}
