// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.tensor.TensorSpec;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.testkit.LeakCheck;

class StepScopeTest {
  private static final Device CPU = Device.cpu();

  @TempDir private Path folder;

  /** Whether a graph is recorded now, seen from outside: only then does a loss have gradients. */
  private static boolean recording() {
    try (NDManager manager = Torch.newManager(CPU)) {
      NDArray leaf = manager.ones(new Shape(1));
      leaf.setRequiresGradient(true);
      try (NDArray loss = leaf.mul(2).sum()) {
        Gradients.of(loss, List.of(leaf));
        return true;
      } catch (IllegalStateException e) {
        return false;
      }
    }
  }

  @Test
  void should_record_inside_and_restore_what_was_outside() {
    for (boolean outside : new boolean[] {false, true}) {
      try (GradMode mode = outside ? GradMode.on() : GradMode.off()) {
        try (StepScope step = StepScope.open(CPU)) {
          assertThat(recording()).isTrue();
        }
        assertThat(recording()).isEqualTo(outside);
        assertThatThrownBy(
                () -> {
                  try (StepScope step = StepScope.open(CPU)) {
                    step.manager().ones(new Shape(2)).matMul(step.manager().ones(new Shape(3)));
                  }
                })
            .isInstanceOf(RuntimeException.class);
        assertThat(recording()).isEqualTo(outside);
      }
    }
  }

  @Test
  void should_close_twice_without_touching_a_later_mode() {
    try (GradMode off = GradMode.off()) {
      StepScope step = StepScope.open(CPU);
      step.close();
      try (GradMode on = GradMode.on()) {
        step.close();
        assertThat(recording()).isTrue();
      }
    }
  }

  @Test
  void should_leave_nothing_behind_after_full_steps_and_failed_ones() throws IOException {
    try (ResidualMlpBackbone backbone = TinyTraining.backbone();
        FusedAdamW optimizer = TinyTraining.optimizer(backbone)) {
      LeakCheck.assertNoLeak(() -> TinyTraining.step(backbone, optimizer, 20));
      LeakCheck.assertNoLeak(
          () ->
              assertThatThrownBy(
                  () -> {
                    try (StepScope step = StepScope.open(CPU)) {
                      TinyTraining.loss(backbone, step, 0);
                      throw new IllegalStateException("the data loader failed");
                    }
                  }));
      try (StateDict state = TinyTraining.saved(folder, optimizer.state())) {
        LeakCheck.assertNoLeak(10, () -> optimizer.restore(state));
      }
      LeakCheck.assertNoLeak(
          10,
          () -> {
            try (ResidualMlpBackbone other = TinyTraining.backbone();
                FusedAdamW opened = TinyTraining.optimizer(other)) {
              TinyTraining.step(other, opened, 0);
            }
          });
    }
  }

  @Test
  void should_free_results_of_parameters_as_receivers() {
    try (ResidualMlpBackbone backbone = TinyTraining.backbone()) {
      NDArray weight = backbone.getParameters().get("lin1.weight").getArray();
      LeakCheck.assertNoLeak(
          () -> {
            try (StepScope step = StepScope.open(CPU)) {
              weight.mul(2);
            }
          });
    }
  }

  @Test
  void should_let_a_tensor_outlive_the_step() {
    try (ResidualMlpBackbone backbone = TinyTraining.backbone();
        FusedAdamW optimizer = TinyTraining.optimizer(backbone);
        NDManager owner = Torch.newManager(CPU)) {
      NDArray kept;
      float value;
      try (StepScope step = StepScope.open(CPU)) {
        NDArray loss = TinyTraining.loss(backbone, step, 0);
        kept = step.keep(loss.stopGradient(), owner);
        value = loss.getFloat();
      }
      assertThat(kept.getManager()).isSameAs(owner);
      assertThat(kept.getFloat()).isEqualTo(value);
      LeakCheck.assertNoLeak(
          () -> {
            try (StepScope step = StepScope.open(CPU)) {
              step.keep(TinyTraining.loss(backbone, step, 0).stopGradient(), owner).close();
            }
          });
    }
  }

  @Test
  void should_say_that_the_scope_of_a_dead_tensor_is_closed() {
    String dead =
        ": this tensor is freed, as the scope or manager it belonged to is closed; read it before,"
            + " or let it outlive its scope with keep(array, owner)";
    try (ResidualMlpBackbone backbone = TinyTraining.backbone();
        FusedAdamW optimizer = TinyTraining.optimizer(backbone);
        NDManager owner = Torch.newManager(CPU)) {
      NDArray loss;
      VoxelBatch voxels;
      ParameterGradients gradients;
      try (StepScope step = StepScope.open(CPU)) {
        voxels = VoxelBatch.of(step.manager().ones(new Shape(4, 7)));
        loss = TinyTraining.loss(backbone, step, 0);
        gradients = step.gradients(loss, optimizer.parameters());
        gradients.globalNorm();
      }
      StepRates rates = new StepRates(0.1, 0.9);
      try (StepScope step = StepScope.open(CPU);
          GradientAccumulator sum = new GradientAccumulator()) {
        assertDead(() -> step.gradients(loss, optimizer.parameters()), "loss" + dead);
        assertDead(() -> step.keep(loss, owner), "array" + dead);
        assertDead(() -> new LossSum().add(loss), "term 1 of the loss" + dead);
        assertDead(() -> optimizer.step(gradients, rates), "gradient" + dead);
        assertDead(() -> sum.add(gradients), "gradient" + dead);
        assertDead(voxels::array, "voxels" + dead);
        assertDead(() -> backbone.forward(voxels, Mode.eval()), "voxels" + dead);
        assertDead(() -> TensorSpec.of("scores").check(loss), "scores" + dead);
      }
    }
  }

  private static void assertDead(ThrowingCallable action, String message) {
    assertThatThrownBy(action).isInstanceOf(IllegalStateException.class).hasMessage(message);
  }

  @Test
  void should_keep_what_was_updated_in_place_and_learn() {
    try (ResidualMlpBackbone backbone = TinyTraining.backbone();
        FusedAdamW optimizer = TinyTraining.optimizer(backbone)) {
      float[][] before = TinyTraining.values(backbone.trainable());
      float first = TinyTraining.step(backbone, optimizer, 0);
      float last = first;
      for (int k = 1; k < 50; k++) {
        last = TinyTraining.step(backbone, optimizer, k);
      }
      assertThat(last).isLessThan(first / 2);
      float[][] after = TinyTraining.values(backbone.trainable());
      for (int i = 0; i < before.length; i++) {
        assertThat(after[i]).isNotEqualTo(before[i]);
      }
    }
  }

  @Test
  void should_train_a_network_that_was_opened_inside_a_step() {
    try (StepScope outer = StepScope.open(CPU)) {
      ResidualMlpBackbone backbone = TinyTraining.backbone();
      FusedAdamW optimizer = TinyTraining.optimizer(backbone);
      TinyTraining.step(backbone, optimizer, 0);
      outer.close();
      TinyTraining.step(backbone, optimizer, 1);
      assertThat(optimizer.state().get("lin1.bias.step").getFloat()).isEqualTo(2);
      optimizer.close();
      backbone.close();
    }
  }

  @Test
  void should_repeat_a_run_to_the_bit() {
    assertThat(run()).isDeepEqualTo(run());
  }

  private static float[][] run() {
    try (ResidualMlpBackbone backbone = TinyTraining.backbone();
        FusedAdamW optimizer = TinyTraining.optimizer(backbone)) {
      for (int k = 0; k < 10; k++) {
        TinyTraining.step(backbone, optimizer, k);
      }
      return TinyTraining.values(backbone.trainable());
    }
  }
}
