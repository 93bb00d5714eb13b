// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.internal.kernel.Silu;
import org.mindeye.core.nn.Window.Padding;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepRates;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

/** Ways that are taken for speed, against plain ones, at sizes where they begin and end. */
class FastPathsTest {
  @FreshManager private NDManager manager;

  /** One layer. */
  private static final class Alone extends Network {
    private final UnaryOperator<NDArray> layer;

    Alone(Function<ParameterScope, UnaryOperator<NDArray>> declaration) {
      layer = declaration.apply(scope().child("layer"));
      initialize(Device.cpu(), NoiseSource.seeded(1));
    }

    NDArray parameter(String name) {
      return arrays().get("layer." + name);
    }

    @Override
    protected NDList evaluate(NDList inputs) {
      return new NDList(layer.apply(inputs.singletonOrThrow()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return inputShapes;
    }
  }

  private NDArray normal(long... axes) {
    return NoiseSource.seeded(5).normal(manager, new Shape(axes));
  }

  @ParameterizedTest
  @CsvSource({"127, 3, 5", "128, 3, 5", "129, 1, 1", "130, 17, 33", "640, 64, 1", "256, 96, 160"})
  void should_multiply_many_rows_as_few(int rows, int in, int out) {
    NDArray x = normal(rows, in);
    NDArray turned = normal(in, rows).transpose();
    try (GradMode off = GradMode.off();
        Alone biased = new Alone(s -> Linear.of(s, in, out)::apply);
        Alone unbiased = new Alone(s -> Linear.withoutBias(s, in, out)::apply)) {
      for (NDArray each : new NDArray[] {x, turned, x.reshape(1, rows, in)}) {
        NDArray product = each.matMul(unbiased.parameter("weight").transpose());
        TensorAssert.assertThat(unbiased.layer.apply(each))
            .hasShape(product.getShape().getShape())
            .isWithinRelativeL2(product.toFloatArray(), 1e-6);
        NDArray sum =
            each.matMul(biased.parameter("weight").transpose()).add(biased.parameter("bias"));
        NDArray y = biased.layer.apply(each);
        assertThat(y.getManager()).isSameAs(each.getManager());
        TensorAssert.assertThat(y).isWithinRelativeL2(sum.toFloatArray(), 1e-6);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"127, 3, 6", "128, 3, 6", "129, 1, 2", "130, 17, 34", "256, 96, 160"})
  void should_gate_by_silu_as_two_steps_do(int rows, int in, int out) {
    Linear[] linear = new Linear[1];
    NDArray x = normal(rows, in);
    try (GradMode off = GradMode.off();
        Alone layer =
            new Alone(s -> (linear[0] = Linear.withoutBias(s, in, out))::applySwishGated)) {
      NDArray expected = Silu.gate(linear[0].apply(x));
      TensorAssert.assertThat(layer.layer.apply(x))
          .hasShape(rows, out / 2)
          .isWithinRelativeL2(expected.toFloatArray(), 1e-6);
    }
  }

  @ParameterizedTest
  @CsvSource({"127, 400, 700", "128, 400, 700", "130, 17, 33", "4097, 83, 100", "40001, 33, 26"})
  void should_have_the_gradients_of_many_rows_as_of_few(int rows, int in, int out) {
    NDArray slopes = NoiseSource.seeded(6).normal(manager, new Shape(rows, out));
    NDArray turned = normal(in, rows).transpose();
    try (Alone biased = new Alone(s -> Linear.of(s, in, out)::apply);
        Alone unbiased = new Alone(s -> Linear.withoutBias(s, in, out)::apply)) {
      for (NDArray x : new NDArray[] {normal(rows, in), turned, normal(1, rows, in)}) {
        for (Alone each : new Alone[] {biased, unbiased}) {
          float[][] expected = {
            slopes.matMul(each.parameter("weight")).toFloatArray(),
            slopes.transpose().matMul(x.reshape(rows, in)).toFloatArray(),
            slopes.sum(new int[] {0}).toFloatArray()
          };
          List<NDArray> gradients = gradients(each, x, slopes);
          assertThat(gradients).hasSize(each == biased ? 3 : 2);
          for (int i = 0; i < gradients.size(); i++) {
            TensorAssert.assertThat(gradients.get(i)).isWithinRelativeL2(expected[i], 1e-5);
          }
        }
      }
    }
  }

  /** Of the sum of outputs times slopes: by the input, and by each parameter. */
  private static List<NDArray> gradients(Alone layer, NDArray x, NDArray slopes) {
    List<NDArray> leaves = new ArrayList<>(List.of(x));
    leaves.addAll(layer.arrays().values());
    leaves.forEach(leaf -> leaf.setRequiresGradient(true));
    try (GradMode on = GradMode.on()) {
      NDArray y = layer.layer.apply(x);
      return Gradients.of(y.mul(slopes.reshape(y.getShape())).sum(), leaves);
    } finally {
      leaves.forEach(leaf -> leaf.setRequiresGradient(false));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 1, 0, 1",
    "2, 3, 5, 7, 3, 1, 1, 1",
    "1, 16, 8, 9, 3, 2, 0, 1",
    "3, 12, 18, 6, 5, 1, 2, 3",
    "2, 8, 8, 4, 3, 1, 1, 8"
  })
  void should_convolve_whatever_the_order_in_memory(
      int batch, int in, int out, int side, int window, int stride, int padding, int groups) {
    Padding around = new Padding(padding, padding + stride - 1, padding, padding + stride - 1);
    Window seen = new Window(window, window, stride, around);
    NDArray rowsFirst = normal(batch, in, side, side + 2);
    NDArray last = rowsFirst.transpose(0, 2, 3, 1).reshape(-1).reshape(batch, side, side + 2, in);
    try (Alone layer = new Alone(s -> Conv2d.grouped(s, in, out, seen, groups)::apply)) {
      float[] expected = convolved(layer, rowsFirst, seen, groups);
      for (NDArray x : new NDArray[] {rowsFirst, last.transpose(0, 3, 1, 2)}) {
        NDArray y = layer.layer.apply(x);
        assertThat(y.getManager()).isSameAs(x.getManager());
        TensorAssert.assertThat(y).isWithinRelativeL2(expected, 1e-5);
      }
    }
  }

  /** Position by position. */
  private static float[] convolved(Alone layer, NDArray x, Window window, int groups) {
    NDArray weight = layer.parameter("weight");
    long[] kernel = weight.getShape().getShape();
    Padding around = window.padding();
    NDArray padded =
        x.pad(new Shape(around.left(), around.right(), around.top(), around.bottom()), 0);
    long rows = (padded.getShape().get(2) - window.height()) / window.stride() + 1;
    long columns = (padded.getShape().get(3) - window.width()) / window.stride() + 1;
    long batch = x.getShape().get(0);
    NDList positions = new NDList();
    for (long row = 0; row < rows; row++) {
      for (long column = 0; column < columns; column++) {
        long top = row * window.stride();
        long left = column * window.stride();
        NDArray seen =
            padded.get(
                String.format(
                    ":, :, %d:%d, %d:%d", top, top + window.height(), left, left + window.width()));
        NDArray products =
            seen.reshape(batch, groups, 1, -1)
                .mul(weight.reshape(1, groups, kernel[0] / groups, -1));
        NDArray sums = products.sum(new int[] {3}).reshape(batch, kernel[0]);
        positions.add(sums.add(layer.parameter("bias")).reshape(batch, kernel[0], 1));
      }
    }
    NDArray all = positions.get(0);
    for (NDArray next : positions.subNDList(1)) {
      all = all.concat(next, 2);
    }
    return all.toFloatArray();
  }

  @ParameterizedTest
  @CsvSource({"127, 3, 10", "128, 3, 10", "131, 17, 34"})
  void should_gate_many_rows_as_few(int rows, int in, int out) {
    NDArray x = normal(rows, in);
    Linear[] linear = new Linear[1];
    try (GradMode off = GradMode.off();
        Alone layer = new Alone(s -> (linear[0] = Linear.of(s, in, out))::applyGated)) {
      NDList halves = linear[0].apply(x).split(2, 1);
      NDArray expected = halves.get(0).mul(Nonlinearity.GELU.apply(halves.get(1)));
      TensorAssert.assertThat(layer.layer.apply(x))
          .hasShape(rows, out / 2)
          .isWithinRelativeL2(expected.toFloatArray(), 1e-6);
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 1, 1, 1", "3, 2, 1, 1", "3, 2, 0, 1", "1, 1, 0, 0"})
  void should_convolve_with_many_weights_as_they_are_now(
      int side, int stride, int before, int behind) {
    Window window = new Window(side, side, stride, new Padding(before, behind, before, behind));
    int width = side == 1 ? 1030 : 345;
    Conv2d[] biased = new Conv2d[1];
    Conv2d[] unbiased = new Conv2d[1];
    NDArray x = normal(2, width, 6, 5);
    try (Alone layer =
        new Alone(
            s -> {
              biased[0] = Conv2d.of(s.child("biased"), width, width, window);
              unbiased[0] = Conv2d.withoutBias(s.child("unbiased"), width, width, window);
              return y -> y;
            })) {
      for (Conv2d conv : new Conv2d[] {biased[0], unbiased[0]}) {
        String name = conv == biased[0] ? "biased.weight" : "unbiased.weight";
        requireAsInAGraph(conv, x);
        requireAsInAGraph(conv, x.get("1:, :, :3, :4"));
        layer.parameter(name).muli(-2);
        requireAsInAGraph(conv, x);
      }
    }
  }

  private static void requireAsInAGraph(Conv2d conv, NDArray x) {
    float[] expected;
    try (GradMode on = GradMode.on()) {
      expected = conv.apply(x).toFloatArray();
    }
    try (GradMode off = GradMode.off()) {
      NDArray y = conv.apply(x);
      assertThat(y.getManager()).isSameAs(x.getManager());
      TensorAssert.assertThat(y).isWithinRelativeL2(expected, 1e-5);
    }
  }

  @Test
  void should_follow_the_optimizer() {
    NDArray x = normal(1, 345, 5, 5);
    Conv2d[] conv = new Conv2d[1];
    try (Alone layer =
        new Alone(
            s -> (conv[0] = Conv2d.of(s, 345, 345, Window.square(3).withPadding(1)))::apply)) {
      requireAsInAGraph(conv[0], x);
      try (FusedAdamW optimizer = FusedAdamW.over(ParameterGroups.conventional(layer, 0));
          StepScope step = StepScope.open(Device.cpu())) {
        NDArray loss = conv[0].apply(x).square().mean();
        optimizer.step(step.gradients(loss, optimizer.parameters()), new StepRates(0.1, 0.9));
      }
      requireAsInAGraph(conv[0], x);
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void should_normalise_and_activate_without_touching_the_input(boolean graph) {
    NDArray x = normal(2, 6, 3, 5);
    float[] before = x.toFloatArray();
    GroupNorm[] norm = new GroupNorm[1];
    try (GradMode mode = graph ? GradMode.on() : GradMode.off();
        Alone layer = new Alone(s -> (norm[0] = new GroupNorm(s, 3, 6, 1e-5))::applyThenSilu)) {
      NDArray expected = Nonlinearity.SILU.apply(norm[0].apply(x));
      TensorAssert.assertThat(layer.layer.apply(x))
          .isWithinRelativeL2(expected.toFloatArray(), 1e-6);
      assertThat(x.toFloatArray()).isEqualTo(before);
    }
  }

  @Test
  void should_leave_nothing_behind() {
    try (GradMode off = GradMode.off();
        Alone linear = new Alone(s -> Linear.of(s, 4, 4)::apply);
        Alone conv = new Alone(s -> Conv2d.of(s, 4, 4, Window.square(3))::apply);
        Alone large = new Alone(s -> Conv2d.of(s, 345, 345, Window.square(3))::apply);
        Alone norm = new Alone(s -> new GroupNorm(s, 2, 4, 1e-5)::applyThenSilu)) {
      LeakCheck.assertNoLeak(
          () -> {
            try (NDManager call = manager.newSubManager()) {
              linear.layer.apply(call.ones(new Shape(200, 4)));
              conv.layer.apply(call.ones(new Shape(1, 4, 5, 5)));
              large.layer.apply(call.ones(new Shape(1, 345, 3, 3)));
              large.parameter("weight").addi(1);
              norm.layer.apply(call.ones(new Shape(1, 4, 5, 5)));
            }
          });
    }
  }
}
