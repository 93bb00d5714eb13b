// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.internal.kernel.Resize;
import org.mindeye.core.nn.Window.Padding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.Interpolation;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

/** Forward and backward passes of the layers against torch's (layers_fixture.py). */
class LayersGoldenTest {
  private static final Golden GOLDEN = Golden.open("/org/mindeye/core/nn/layers.safetensors");
  private static final double ALLOWED = 3e-6;
  private static final Map<String, Declared> CASES = new LinkedHashMap<>();

  @FreshManager private NDManager manager;

  /** Input, context or null, to output. */
  private interface Layer {
    NDArray apply(NDArray x, NDArray context);
  }

  private interface Declared extends Function<ParameterScope, Layer> {}

  private static void add(String name, Declared layer) {
    CASES.put(name, layer);
  }

  private static void conv(String name, Function<ParameterScope, Conv2d> conv) {
    add(
        name,
        scope -> {
          Conv2d layer = conv.apply(scope);
          return (x, context) -> layer.apply(x);
        });
  }

  private static void groupNorm(String name, int groups, double epsilon) {
    add(
        name,
        scope -> {
          GroupNorm norm = new GroupNorm(scope, groups, 6, epsilon);
          return (x, context) -> norm.apply(x);
        });
  }

  private static void batchNorm(String name, Mode mode) {
    add(
        name,
        scope -> {
          BatchNorm norm = new BatchNorm(scope, 4, 1e-3);
          return (x, context) -> norm.apply(x, mode);
        });
  }

  private static void plain(String name, Function<NDArray, NDArray> function) {
    add(name, scope -> (x, context) -> function.apply(x));
  }

  private static void attention(String name, AttentionConfig config) {
    add(
        name,
        scope -> {
          MultiHeadAttention layer = new MultiHeadAttention(scope, config);
          return (x, context) -> context == null ? layer.apply(x) : layer.apply(x, context);
        });
  }

  static {
    Window three = Window.square(3);
    conv("conv3x3", s -> Conv2d.of(s, 3, 4, three.withPadding(1)));
    conv("conv_stride", s -> Conv2d.of(s, 3, 4, three.withStride(2).withPadding(1)));
    conv(
        "conv_down",
        s -> Conv2d.of(s, 3, 4, three.withStride(2).withPadding(new Padding(0, 1, 0, 1))));
    conv("conv_uneven", s -> Conv2d.of(s, 3, 4, three.withPadding(new Padding(0, 1, 2, 0))));
    conv("conv1x7", s -> Conv2d.withoutBias(s, 2, 3, Window.of(1, 7).withPadding(0, 3)));
    conv("conv_depthwise", s -> Conv2d.grouped(s, 4, 4, three.withPadding(1), 4));
    conv("conv_grouped", s -> Conv2d.groupedWithoutBias(s, 4, 6, three, 2));
    conv("conv_patch", s -> Conv2d.of(s, 3, 5, Window.square(4).withStride(4)));
    groupNorm("group_norm1", 1, 1e-6);
    groupNorm("group_norm2", 2, 1e-6);
    groupNorm("group_norm6", 6, 1e-6);
    groupNorm("group_norm_wide", 2, 1e-5);
    add(
        "layer_norm_channels",
        scope -> {
          LayerNorm norm = new LayerNorm(scope, 5, 1e-6);
          return (x, context) -> norm.applyToChannels(x);
        });
    batchNorm("batch_norm_eval", Mode.eval());
    batchNorm("batch_norm_train", Mode.train(NoiseSource.seeded(1)));
    plain("max_pool", x -> Pooling.max(x, three.withStride(2)));
    plain("max_pool_padded", x -> Pooling.max(x, three.withStride(2).withPadding(1)));
    plain("average_pool", x -> Pooling.average(x, Window.square(2).withStride(2)));
    plain("average_pool_padded", x -> Pooling.average(x, three.withPadding(1)));
    plain("max_pool_wide", x -> Pooling.max(x, Window.of(1, 3).withStride(2).withPadding(0, 1)));
    plain("average_pool_tall", x -> Pooling.average(x, Window.of(3, 2).withPadding(1, 0)));
    plain("adaptive_average", x -> Pooling.adaptiveAverage(x, 2, 3));
    plain("global_average", Pooling::globalAverage);
    plain("nearest2", x -> Upsampling.nearest(x, 2));
    plain("nearest_resize", x -> Resize.to(x, 3, 11, Interpolation.NEAREST, Antialias.ON));
    plain("silu", Nonlinearity.SILU::apply);
    AttentionNames names = AttentionNames.DIFFUSERS;
    attention("self_attention", AttentionConfig.self(6, 1, names));
    attention("self_attention_heads", AttentionConfig.self(8, 4, names).withoutInputBiases());
    attention(
        "cross_attention", AttentionConfig.self(8, 2, names).withContext(5).withoutInputBiases());
    attention("cross_attention_one_key", AttentionConfig.self(6, 3, names).withContext(5));
  }

  static List<String> cases() {
    return List.copyOf(CASES.keySet());
  }

  /** One layer, filled with a case's parameters. */
  private static final class Single extends Network {
    private final Layer layer;

    Single(String name, DataType type) {
      super(type);
      layer = CASES.get(name).apply(scope());
      initialize(Device.cpu(), NoiseSource.seeded(1));
      try (NDManager passing = Torch.newManager(Device.cpu())) {
        arrays()
            .forEach(
                (parameter, array) -> {
                  if (GOLDEN.contains(name + "/p/" + parameter)) {
                    array.set(
                        new NDIndex("..."),
                        DataTypes.convert(GOLDEN.array(passing, name + "/p/" + parameter), type));
                  }
                });
      }
    }

    @Override
    protected NDList evaluate(NDList inputs) {
      return new NDList(layer.apply(inputs.singletonOrThrow(), null));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return inputShapes;
    }
  }

  private NDArray context(String name) {
    return GOLDEN.contains(name + "/context") ? GOLDEN.array(manager, name + "/context") : null;
  }

  @Test
  void should_know_every_case_of_the_file() {
    assertThat(GOLDEN.names().stream().map(n -> n.split("/")[0]).collect(Collectors.toSet()))
        .isEqualTo(CASES.keySet());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void should_answer_as_torch_forward_and_backward(String name) {
    try (Single network = new Single(name, DataType.FLOAT32);
        GradMode on = GradMode.on()) {
      assertThat(
              GOLDEN.names().stream()
                  .filter(n -> n.startsWith(name + "/p/"))
                  .map(n -> n.substring(name.length() + 3)))
          .as("parameters")
          .containsExactlyInAnyOrderElementsOf(
              new TreeSet<>(network.arrays().keySet())
                  .stream().filter(n -> !n.equals("num_batches_tracked")).toList());
      Map<String, NDArray> leaves = new LinkedHashMap<>();
      leaves.put("input", GOLDEN.array(manager, name + "/input"));
      NDArray context = context(name);
      if (context != null) {
        leaves.put("context", context);
      }
      network.trainable().forEach(p -> leaves.put(p.getName(), p.getArray()));
      leaves.values().forEach(leaf -> leaf.setRequiresGradient(true));

      NDArray output = network.layer.apply(leaves.get("input"), context);
      assertThat(output.getManager()).isSameAs(manager);
      TensorAssert.assertThat(output).matches(GOLDEN, name + "/output", ALLOWED);

      NDArray cotangent = GOLDEN.array(manager, name + "/cotangent");
      List<NDArray> found = Gradients.product(output, cotangent, new ArrayList<>(leaves.values()));
      int i = 0;
      for (String leaf : leaves.keySet()) {
        assertGradient(found.get(i++), name + "/g/" + leaf);
      }
      for (Parameter parameter : network.getParameters().values()) {
        String after = name + "/after/" + parameter.getName();
        if (GOLDEN.contains(after)) {
          TensorAssert.assertThat(parameter.getArray()).matches(GOLDEN, after, ALLOWED);
        }
      }
    }
  }

  /** The bias of keys changes no softmax: its gradient is 0 but for rounding, here and there. */
  private static void assertGradient(NDArray actual, String entry) {
    if (entry.endsWith("to_k.bias")) {
      TensorAssert.assertThat(actual).matchesAbsolute(GOLDEN, entry, 1e-5);
    } else {
      TensorAssert.assertThat(actual).matches(GOLDEN, entry, 2e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void should_leave_only_the_result_behind(String name) {
    try (Single network = new Single(name, DataType.FLOAT32)) {
      LeakCheck.assertNoLeak(
          () -> {
            try (NDManager call = manager.newSubManager()) {
              NDArray context =
                  GOLDEN.contains(name + "/context") ? GOLDEN.array(call, name + "/context") : null;
              network.layer.apply(GOLDEN.array(call, name + "/input"), context);
            }
          });
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT16", "BFLOAT16"})
  void should_compute_in_sixteen_bits(DataType type) {
    double allowed = type == DataType.FLOAT16 ? 4e-3 : 3e-2;
    for (String name : CASES.keySet()) {
      // The small numbers of the norms' cases vanish beside epsilon's rounding; they have their
      // own.
      if (name.contains("norm")) {
        continue;
      }
      try (Single network = new Single(name, type)) {
        NDArray context = context(name);
        NDArray output =
            network.layer.apply(
                DataTypes.convert(GOLDEN.array(manager, name + "/input"), type),
                context == null ? null : DataTypes.convert(context, type));
        assertThat(DataTypes.of(output)).as(name).isEqualTo(type);
        TensorAssert.assertThat(DataTypes.convert(output, DataType.FLOAT32))
            .as(name)
            .matches(GOLDEN, name + "/output", allowed);
      }
    }
  }
}
