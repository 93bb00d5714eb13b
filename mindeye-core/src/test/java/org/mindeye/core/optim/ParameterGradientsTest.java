// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.mindeye.core.optim.TinyTraining.parameter;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mindeye.Plural;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.TensorAssert;

class ParameterGradientsTest {
  @FreshManager private NDManager manager;
  private Parameter one;
  private Parameter two;
  private FusedAdamW optimizer;

  @BeforeEach
  void open() {
    one = parameter("one", manager.create(new float[] {1, 2, 3}));
    two = parameter("two", manager.create(new float[] {4, 5, 6}));
    optimizer = FusedAdamW.over(List.of(new ParameterGroup("all", List.of(one, two), 0)));
  }

  @AfterEach
  void close() {
    optimizer.close();
  }

  @Test
  void should_return_nothing_for_a_parameter_the_loss_does_not_depend_on() {
    try (StepScope step = StepScope.open(Device.cpu())) {
      ParameterGradients gradients =
          step.gradients(one.getArray().square().sum(), optimizer.parameters());
      assertThat(gradients.of(one).orElseThrow().toFloatArray()).containsExactly(2, 4, 6);
      assertThat(gradients.of(two)).isEmpty();
      assertThat(gradients.globalNorm()).isEqualTo(Math.sqrt(56), within(1e-6));
    }
  }

  @Test
  void should_clip_the_norm_over_all_groups_by_the_plain_formula() {
    try (ResidualMlpBackbone backbone = TinyTraining.backbone();
        FusedAdamW trained = TinyTraining.optimizer(backbone)) {
      for (double limit : new double[] {1e-3, 0.1, 1e6}) {
        try (StepScope step = StepScope.open(Device.cpu())) {
          ParameterGradients gradients =
              step.gradients(TinyTraining.loss(backbone, step, 0), trained.parameters());
          double sum = 0;
          for (Parameter parameter : trained.parameters()) {
            for (float value : gradients.of(parameter).orElseThrow().toFloatArray()) {
              sum += (double) value * value;
            }
          }
          double norm = Math.sqrt(sum);
          NDArray before = gradients.of(trained.parameters().get(0)).orElseThrow().duplicate();
          assertThat(gradients.clipToGlobalNorm(limit)).isEqualTo(norm, within(1e-5 * norm));
          TensorAssert.assertThat(gradients.of(trained.parameters().get(0)).orElseThrow())
              .isWithinRelativeL2(
                  before.mul(Math.min(1, limit / (norm + 1e-6))).toFloatArray(), 1e-6);
          assertThat(gradients.globalNorm()).isEqualTo(Math.min(norm, limit), within(1e-4 * norm));
        }
      }
    }
  }

  /** The two terms of a sum have one gradient, and the engine stores it once. */
  @Test
  void should_clip_gradients_that_share_memory_once() {
    try (StepScope step = StepScope.open(Device.cpu())) {
      NDArray factors = step.manager().create(new float[] {0, 3, 4});
      NDArray loss = one.getArray().add(two.getArray()).mul(factors).sum();
      ParameterGradients gradients = step.gradients(loss, optimizer.parameters());
      assertThat(gradients.clipToGlobalNorm(Math.sqrt(50) / 2))
          .isEqualTo(Math.sqrt(50), within(1e-5));
      for (Parameter parameter : optimizer.parameters()) {
        TensorAssert.assertThat(gradients.of(parameter).orElseThrow())
            .isWithinAbsolute(new double[] {0, 1.5, 2}, 1e-5);
      }
    }
  }

  @Test
  void should_clip_the_gradient_of_a_plain_sum() {
    try (StepScope step = StepScope.open(Device.cpu())) {
      ParameterGradients gradients = step.gradients(one.getArray().sum(), optimizer.parameters());
      gradients.clipToGlobalNorm(Math.sqrt(3) / 4);
      TensorAssert.assertThat(gradients.of(one).orElseThrow())
          .isWithinAbsolute(new double[] {0.25, 0.25, 0.25}, 1e-6);
    }
  }

  /** Where torch's {@code + 1e-6} is half of the divisor. */
  @Test
  void should_clip_tiny_gradients_as_torch_does() {
    try (StepScope step = StepScope.open(Device.cpu())) {
      NDArray slope = step.manager().create(new float[] {1e-6f, 0, 0});
      ParameterGradients gradients = TinyTraining.gradients(List.of(one), slope);
      assertThat(gradients.clipToGlobalNorm(1e-6)).isEqualTo(1e-6, within(1e-12));
      assertThat(gradients.of(one).orElseThrow().toFloatArray()[0])
          .isEqualTo(5e-7f, within(1e-12f));
      assertThat(gradients.globalNorm()).isEqualTo(5e-7, within(1e-12));
    }
  }

  @Test
  void should_have_norm_0_without_gradients() {
    ParameterGradients none = TinyTraining.gradients(List.of(one), (NDArray) null);
    assertThat(none.globalNorm()).isZero();
    assertThat(none.clipToGlobalNorm(1)).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> none.clipToGlobalNorm(0))
        .withMessage("maxNorm: expected a positive number but was 0.0");
  }

  @Test
  void should_read_the_numbers_of_a_step_at_once() {
    try (StepScope step = StepScope.open(Device.cpu())) {
      NDArray loss = one.getArray().square().sum().add(two.getArray().sum());
      NDArray others = step.manager().create(new double[] {0.1, 7});
      ParameterGradients gradients = step.gradients(loss, optimizer.parameters());
      long before = Readback.count();
      assertThat(gradients.readWith(List.of(loss, others))).containsExactly(29, 0.1, 7);
      assertThat(Readback.count() - before).isEqualTo(1);
      double norm = Math.sqrt(56 + 3);
      assertThat(gradients.globalNorm()).isEqualTo(norm, within(1e-5));
      assertThat(gradients.clipToGlobalNorm(1)).isEqualTo(norm, within(1e-5));
      optimizer.step(gradients, new StepRates(1e-3, 0.9));
      assertThat(Readback.count() - before).isEqualTo(1);
      assertThat(gradients.readWith(List.of(others))).containsExactly(0.1, 7);
      assertThat(gradients.globalNorm()).isEqualTo(1, within(1e-5));
    }
    ParameterGradients none = TinyTraining.gradients(List.of(one), (NDArray) null);
    assertThat(none.readWith(List.of(manager.create(3f)))).containsExactly(3);
    assertThat(none.globalNorm()).isZero();
  }

  @Test
  void should_explain_a_loss_that_cannot_be_differentiated() {
    NDArray outside = one.getArray().sum();
    outside.attach(manager);
    try (StepScope step = StepScope.open(Device.cpu())) {
      assertThatThrownBy(() -> step.gradients(one.getArray().mul(2), optimizer.parameters()))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage("loss: expected a scalar [] but was (3); reduce it with mean()");
      NDArray constant = step.manager().create(1f);
      NDArray cut = one.getArray().sum().duplicate();
      for (NDArray loss : List.of(constant, cut)) {
        assertThatIllegalStateException()
            .isThrownBy(() -> step.gradients(loss, optimizer.parameters()))
            .withMessage(
                "loss: it depends on nothing that requires gradients; compute it while gradients"
                    + " are on and an optimiser is open, without toType() or duplicate(), which cut"
                    + " the graph");
      }
    }
  }

  @Test
  void should_explain_that_nothing_requires_gradients() {
    NDArray loose = manager.ones(new Shape(2));
    Parameter parameter = parameter("loose", loose);
    one.freeze(true);
    two.freeze(true);
    try (StepScope step = StepScope.open(Device.cpu())) {
      NDArray loss = loose.sum();
      for (List<Parameter> parameters : List.of(List.of(parameter), List.of(one, two))) {
        assertThatIllegalStateException()
            .isThrownBy(() -> step.gradients(loss, parameters))
            .withMessage(
                "none of the "
                    + Plural.of(parameters.size(), "parameter")
                    + " requires gradients: open an optimiser over them first, or"
                    + " unfreeze some");
      }
    }
  }
}
