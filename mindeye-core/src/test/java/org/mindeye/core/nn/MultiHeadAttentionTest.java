// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.ParityWeights;
import org.mindeye.testkit.TensorAssert;
import org.mindeye.testkit.TestEngine;

class MultiHeadAttentionTest {
  /** The layer alone. */
  private static final class Layer extends Network {
    private final MultiHeadAttention attention;

    Layer(int width, int heads) {
      Initializer small = Initializer.normal(0.02);
      attention =
          new MultiHeadAttention(
              scope().child("self_attn"),
              AttentionConfig.self(width, heads, AttentionNames.CLIP),
              small,
              small);
    }

    static Layer filled(int width, int heads) {
      Layer layer = new Layer(width, heads);
      layer.initialize(Device.cpu(), NoiseSource.seeded(1));
      ParityWeights.asGenerated().fill(layer.getParameters());
      return layer;
    }

    private NDArray array(String name) {
      return getParameters().get("self_attn." + name).getArray();
    }

    private NDArray project(String name, NDArray x) {
      NDArray weight = array(name + "_proj.weight");
      return x.matMul(weight.transpose()).add(array(name + "_proj.bias"));
    }

    @Override
    protected NDList evaluate(NDList inputs) {
      return new NDList(attention.apply(inputs.singletonOrThrow()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return inputShapes;
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 4, 1", "2, 5, 12, 3", "3, 17, 8, 8", "1, 33, 80, 1"})
  void should_equal_heads_computed_one_by_one(int batch, int tokens, int width, int heads) {
    try (NDManager manager = TestEngine.newManager();
        Layer layer = Layer.filled(width, heads)) {
      NDArray x = ParityGenerator.input(manager, 2, new Shape(batch, tokens, width), 2, 0);
      NDList mixed = new NDList();
      for (int head = 0; head < heads; head++) {
        String columns = ":, :, " + head * width / heads + ":" + (head + 1) * width / heads;
        NDArray q = layer.project("q", x).get(columns);
        NDArray k = layer.project("k", x).get(columns);
        NDArray v = layer.project("v", x).get(columns);
        NDArray scores = q.matMul(k.transpose(0, 2, 1)).div(Math.sqrt((double) width / heads));
        mixed.add(scores.softmax(-1).matMul(v));
      }
      NDArray joined = mixed.get(0);
      for (NDArray other : mixed.subNDList(1)) {
        joined = joined.concat(other, 2);
      }
      NDArray actual = layer.attention.apply(x);
      assertThat(actual.getManager()).isSameAs(manager);
      TensorAssert.assertThat(actual)
          .hasShape(batch, tokens, width)
          .isWithinRelativeL2(layer.project("out", joined).toFloatArray(), 1e-5);
    }
  }

  @Test
  void should_refuse_heads_that_do_not_divide_the_width() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Layer(10, 4))
        .withMessage("attention: a width of 10 cannot be shared by 4 heads");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Layer(10, 0))
        .withMessage("attention: a width of 10 cannot be shared by 0 heads");
  }

  @Test
  void should_leave_nothing_behind_but_in_the_manager_of_the_activation() {
    try (NDManager manager = TestEngine.newManager();
        Layer layer = Layer.filled(8, 2)) {
      LeakCheck.assertNoLeak(
          () -> {
            try (NDManager scope = manager.newSubManager()) {
              layer.attention.apply(scope.ones(new Shape(2, 3, 8)));
            }
          });
    }
  }
}
