// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mindeye.core.optim.TinyTraining.parameter;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class LossSumTest {
  @FreshManager private NDManager manager;
  private Parameter weight;
  private FusedAdamW optimizer;

  @BeforeEach
  void open() {
    weight = parameter("weight", manager.create(new float[] {1, 2, 3}));
    optimizer = FusedAdamW.over(List.of(new ParameterGroup("all", List.of(weight), 0)));
  }

  @AfterEach
  void close() {
    optimizer.close();
  }

  /** d/dw (0.5 sum w + 30 sum w^2 - sum w^3). */
  @Test
  void should_weigh_terms_in_their_type_with_their_gradients() {
    try (StepScope step = StepScope.open(Device.cpu())) {
      NDArray w = weight.getArray();
      NDArray cubes = w.mul(w).mul(w).sum();
      NDArray loss =
          new LossSum().add(0.5, w.sum()).add(30, w.square().sum()).add(-1, cubes).total();
      assertThat(loss.getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(loss.getFloat()).isEqualTo(3 + 420 - 36);
      assertThat(gradient(step, loss)).containsExactly(57.5f, 108.5f, 153.5f);
    }
  }

  @Test
  void should_be_the_term_itself_where_there_is_one_of_weight_1() {
    try (StepScope step = StepScope.open(Device.cpu())) {
      NDArray loss = weight.getArray().sum();
      assertThat(new LossSum().add(loss).total()).isSameAs(loss);
    }
  }

  @Test
  void should_keep_float64() {
    NDArray loss = new LossSum().add(0.1, manager.create(3.0)).total();
    assertThat(loss.getDouble()).isEqualTo(0.1 * 3);
  }

  /** What the gradient of a two-term loss silently became before: that of one term. */
  @Test
  void should_refuse_a_term_whose_graph_was_cut() {
    try (StepScope step = StepScope.open(Device.cpu())) {
      NDArray w = weight.getArray();
      NDArray cut = w.sum().toType(DataType.FLOAT64, false).toType(DataType.FLOAT32, false);
      LossSum sum = new LossSum().add(w.sum());
      assertThatIllegalStateException()
          .isThrownBy(() -> sum.add(30, cut))
          .withMessage(
              "term 2 of the loss has no gradient: toType(), duplicate() or toDevice() cut its"
                  + " graph, or all it depends on is frozen; leave it out, or use"
                  + " LossSum.withConstants()");
      NDArray loss = LossSum.withConstants().add(w.sum()).add(30, cut).total();
      assertThat(loss.getFloat()).isEqualTo(186);
      assertThat(gradient(step, loss)).containsExactly(1, 1, 1);
    }
    try (GradMode off = GradMode.off()) {
      assertThat(new LossSum().add(2, weight.getArray().sum()).total().getFloat()).isEqualTo(12);
    }
  }

  @Test
  void should_refuse_what_is_not_a_loss() {
    NDArray float32 = manager.create(1f);
    assertThatThrownBy(() -> new LossSum().add(manager.create(new float[] {1, 2})))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("term 1 of the loss: expected a scalar [] but was (2); reduce it with mean()");
    assertThatThrownBy(() -> new LossSum().add(float32).add(manager.create(1.0)))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(
            "term 2 of the loss: expected float32 as the others but the type is float64; multiply"
                + " by Torch.scalar(loss, x), which keeps the type");
    assertThatThrownBy(() -> new LossSum().add(manager.create(1L)))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessageContaining("term 1 of the loss: expected float32 (or float64) but");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LossSum().add(Double.NaN, float32))
        .withMessage("term 1 of the loss: expected a finite weight but was NaN");
    assertThatIllegalStateException()
        .isThrownBy(() -> new LossSum().total())
        .withMessage("the loss has no terms: add some first");
  }

  @Test
  void should_leave_nothing_behind() {
    LeakCheck.assertNoLeak(
        () -> {
          try (StepScope step = StepScope.open(Device.cpu())) {
            NDArray w = weight.getArray();
            new LossSum().add(w.sum()).add(30, w.square().sum()).total();
          }
        });
  }

  private float[] gradient(StepScope step, NDArray loss) {
    return step.gradients(loss, optimizer.parameters()).of(weight).orElseThrow().toFloatArray();
  }
}
