// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.MultiHeadAttention.KeysAndValues;
import org.mindeye.core.nn.Window.Padding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.TensorAssert;

/** What holds whatever the weights are, and what is refused. */
class LayersTest {
  @FreshManager private NDManager manager;

  /** Declares what the test asks for. */
  private static final class Any extends Network {
    Any(Consumer<ParameterScope> layers) {
      layers.accept(scope().child("layer"));
    }

    static Any drawn(Consumer<ParameterScope> layers) {
      Any network = new Any(layers);
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      return network;
    }

    @Override
    protected NDList evaluate(NDList inputs) {
      return inputs;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return inputShapes;
    }
  }

  private NDArray normal(long... axes) {
    return NoiseSource.seeded(5).normal(manager, new Shape(axes));
  }

  @Test
  void should_draw_convolutions_as_torch_does() {
    float[] bound = new float[1];
    try (Any network = Any.drawn(s -> Conv2d.grouped(s, 8, 40, Window.of(3, 5), 4))) {
      network
          .arrays()
          .forEach((name, array) -> bound[0] = Math.max(bound[0], array.abs().max().getFloat()));
      assertThat(network.arrays().get("layer.weight").getShape()).isEqualTo(new Shape(40, 2, 3, 5));
      // uniform within 1 / sqrt(2 * 3 * 5)
      assertThat(bound[0]).isLessThanOrEqualTo(0.18257419f).isGreaterThan(0.18f);
    }
  }

  @Test
  void should_shift_with_the_image() {
    Conv2d[] conv = new Conv2d[1];
    try (Any network = Any.drawn(s -> conv[0] = Conv2d.of(s, 2, 3, Window.square(3)))) {
      NDArray x = normal(1, 2, 6, 9);
      NDArray all = conv[0].apply(x);
      NDArray part = conv[0].apply(x.get(":, :, 1:, 2:"));
      TensorAssert.assertThat(part)
          .isWithinRelativeL2(all.get(":, :, 1:, 2:").toFloatArray(), 1e-6);
    }
  }

  @Test
  void should_normalise_groups_whatever_their_mean_and_deviation() {
    GroupNorm[] norm = new GroupNorm[1];
    try (Any network = Any.drawn(s -> norm[0] = new GroupNorm(s, 2, 4, 0))) {
      NDArray x = normal(3, 4, 5, 5);
      NDArray y = norm[0].apply(x);
      NDArray moved = x.mul(Torch.scalar(x, 7)).add(Torch.scalar(x, -3));
      TensorAssert.assertThat(norm[0].apply(moved)).isWithinRelativeL2(y.toFloatArray(), 1e-5);
      NDArray groups = y.reshape(6, 50);
      TensorAssert.assertThat(groups.mean(new int[] {1})).isWithinAbsolute(new double[6], 1e-6);
      TensorAssert.assertThat(groups.square().mean(new int[] {1}))
          .isWithinAbsolute(new double[] {1, 1, 1, 1, 1, 1}, 1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT16", "BFLOAT16"})
  void should_normalise_in_sixteen_bits(DataType type) {
    List<UnaryOperator<NDArray>> norms = new ArrayList<>();
    NDArray x = normal(3, 4, 5, 5);
    Consumer<ParameterScope> layers =
        s -> {
          norms.add(new GroupNorm(s.child("group"), 2, 4, 1e-6)::apply);
          norms.add(new LayerNorm(s.child("layer"), 4, 1e-6)::applyToChannels);
          BatchNorm batch = new BatchNorm(s.child("batch"), 4);
          norms.add(y -> batch.apply(y, Mode.eval()));
        };
    try (Any single = Any.drawn(layers);
        Any half = Any.drawn(s -> layers.accept(s.withType(type)))) {
      assertThat(half.parameterCount()).isEqualTo(single.parameterCount());
      for (int i = 0; i < 3; i++) {
        NDArray y = norms.get(3 + i).apply(DataTypes.convert(x, type));
        assertThat(DataTypes.of(y)).isEqualTo(type);
        TensorAssert.assertThat(DataTypes.convert(y, DataType.FLOAT32))
            .isWithinRelativeL2(norms.get(i).apply(x).toFloatArray(), 1e-2);
      }
    }
  }

  @Test
  void should_return_the_same_for_a_prepared_context_in_any_order() {
    MultiHeadAttention[] layer = new MultiHeadAttention[1];
    AttentionConfig config =
        AttentionConfig.self(8, 2, AttentionNames.DIFFUSERS).withContext(5).withoutInputBiases();
    try (Any network = Any.drawn(s -> layer[0] = new MultiHeadAttention(s, config))) {
      NDArray x = normal(2, 3, 8);
      NDArray context = normal(2, 6, 5);
      float[] expected = layer[0].apply(x, context).toFloatArray();
      KeysAndValues prepared = layer[0].keysAndValues(context);
      assertThat(layer[0].apply(x, prepared).toFloatArray()).isEqualTo(expected);
      NDArray turned = context.flip(1);
      TensorAssert.assertThat(layer[0].apply(x, turned)).isWithinRelativeL2(expected, 1e-6);
      NDArray nothing = context.zerosLike();
      float[] bias = network.arrays().get("layer.to_out.0.bias").toFloatArray();
      assertThat(layer[0].apply(x, nothing).get("1, 2").toFloatArray()).isEqualTo(bias);
    }
  }

  @Test
  void should_repeat_pixels() {
    NDArray x = manager.create(new float[] {1, 2, 3, 4}, new Shape(1, 1, 2, 2));
    assertThat(Upsampling.nearest(x, 3).get("0, 0, 2").toFloatArray())
        .containsExactly(1, 1, 1, 2, 2, 2);
    assertThat(Upsampling.nearest(x, 1)).isSameAs(x);
  }

  @Test
  void should_refuse_channels_that_groups_do_not_divide() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Any(s -> new GroupNorm(s, 4, 6, 1e-5)))
        .withMessage("Any layer: 6 channels cannot be in 4 groups");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Any(s -> Conv2d.grouped(s, 4, 6, Window.square(1), 4)))
        .withMessage("Any layer: 4 and 6 channels cannot be in 4 groups");
  }

  @Test
  void should_refuse_windows_that_see_nothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Window.of(3, 0))
        .withMessage(
            "window: expected height, width and stride of 1 or more but was 3 x 0 with stride 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Window.square(1).withStride(0))
        .withMessage(
            "window: expected height, width and stride of 1 or more but was 1 x 1 with stride 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Padding(0, 1, -1, 0))
        .withMessage("padding: expected 0 or more on each side but was 0, 1, -1, 0");
  }

  @Test
  void should_refuse_to_pool_with_uneven_padding() {
    Window window = Window.square(3).withPadding(new Padding(0, 1, 0, 1));
    NDArray x = normal(1, 1, 4, 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pooling.max(x, window))
        .withMessage(
            "pooling: expected the same padding on opposite sides but was Padding[top=0, bottom=1,"
                + " left=0, right=1]");
    assertThatIllegalArgumentException().isThrownBy(() -> Pooling.average(x, window));
  }

  @Test
  void should_refuse_attention_without_width() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AttentionConfig.self(4, 2, AttentionNames.CLIP).withContext(0))
        .withMessage("attention: expected widths of 1 or more but was 4 and 0");
  }
}
