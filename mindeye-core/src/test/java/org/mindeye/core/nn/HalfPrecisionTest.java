// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.Conversion;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGroup;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.weights.DerivedStateDict;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightDigest;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.Half;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

/** Parameters of 16 bits: declared, drawn, allocated, loaded, saved and computed with. */
class HalfPrecisionTest {
  private static final Device CPU = Device.cpu();

  @FreshManager private NDManager manager;

  @TempDir private Path folder;

  /** A linear layer of a type, and a counter. */
  private static final class Small extends Network {
    private final Linear linear;

    Small(DataType type) {
      super(type);
      linear = Linear.of(scope().child("fc"), 3, 2, Initializer.normal(1));
      scope()
          .withType(DataType.INT64)
          .buffer("count", Parameter.Type.OTHER, new Shape(), Initializer.constant(5));
    }

    static Small drawn(DataType type) {
      Small network = new Small(type);
      network.initialize(CPU, NoiseSource.seeded(4));
      return network;
    }

    NDArray weight() {
      return arrays().get("fc.weight");
    }

    @Override
    protected NDList evaluate(NDList inputs) {
      return new NDList(linear.apply(inputs.singletonOrThrow()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return inputShapes;
    }
  }

  private static short[] bits(NDArray array) {
    ByteBuffer bytes = array.toByteBuffer(true).order(ByteOrder.nativeOrder());
    short[] bits = new short[bytes.remaining() / 2];
    bytes.asShortBuffer().get(bits);
    return bits;
  }

  private static short rounded(float value, DataType type) {
    if (type == DataType.FLOAT16) {
      return Half.fromFloat(value);
    }
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  private static short[] rounded(float[] values, DataType type) {
    short[] bits = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = rounded(values[i], type);
    }
    return bits;
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT16", "BFLOAT16"})
  void should_draw_the_same_numbers_rounded(DataType type) {
    try (Small single = Small.drawn(DataType.FLOAT32);
        Small half = Small.drawn(type)) {
      assertThat(half.dataType(half.getParameters().get("fc.weight"))).isEqualTo(type);
      assertThat(DataTypes.of(half.weight())).isEqualTo(type);
      assertThat(half.arrays().get("count").getLong()).isEqualTo(5);
      assertThat(bits(half.weight())).isEqualTo(rounded(single.weight().toFloatArray(), type));
      assertThat(MemoryEstimate.inference(half, 0).weights()).isEqualTo(2 * 8 + 8);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT16", "BFLOAT16"})
  void should_be_saved_and_loaded_bit_by_bit_in_its_type(DataType type) throws IOException {
    Path file = folder.resolve("half.safetensors");
    try (Small half = Small.drawn(type)) {
      WeightFiles.write(file, half, Map.of());
      try (StateDict saved = WeightFiles.open(file);
          Small loaded = WeightBinder.strict().load(saved, new Small(type), CPU);
          Small widened = WeightBinder.strict().load(saved, new Small(DataType.FLOAT32), CPU)) {
        assertThat(saved.info("fc.weight").type()).isEqualTo(ElementType.valueOf(type.name()));
        assertThat(WeightDigest.sha256(loaded)).isEqualTo(WeightDigest.sha256(half));
        assertThat(bits(loaded.weight())).isEqualTo(bits(half.weight()));
        float[] exact = DataTypes.convert(half.weight(), DataType.FLOAT32).toFloatArray();
        assertThat(widened.weight().toFloatArray()).isEqualTo(exact);
      }
    }
  }

  /** NaN with any payload, infinities, subnormal numbers and both zeros. */
  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT16", "BFLOAT16"})
  void should_keep_every_bit_of_numbers_of_its_own_type(DataType type) throws IOException {
    Path file = folder.resolve("bits.safetensors");
    short[] odd = {0x7fff, (short) 0xffc1, 0x7f81, 1, (short) 0x8000, 0x7c00};
    try (Small half = Small.drawn(type);
        Small loaded = new Small(type)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(12).order(ByteOrder.nativeOrder());
      buffer.asShortBuffer().put(odd);
      NDArray raw = manager.create(buffer, new Shape(2, 3), DataType.FLOAT16);
      if (type == DataType.FLOAT16) {
        LinearCombination.assign(half.weight(), raw);
      } else {
        Conversion.storeBits(half.weight(), raw);
      }
      assertThat(bits(half.weight())).isEqualTo(odd);
      WeightFiles.write(file, half, Map.of());
      try (StateDict saved = WeightFiles.open(file)) {
        WeightBinder.strict().load(saved, loaded, CPU);
      }
      assertThat(bits(loaded.weight())).isEqualTo(odd);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT16", "BFLOAT16"})
  void should_round_what_a_file_holds_in_more_bits(DataType type) throws IOException {
    Path file = folder.resolve("single.safetensors");
    try (Small single = Small.drawn(DataType.FLOAT32)) {
      WeightFiles.write(file, single, Map.of());
      try (StateDict saved = WeightFiles.open(file);
          Small half = WeightBinder.strict().load(saved, new Small(type), CPU)) {
        assertThat(bits(half.weight())).isEqualTo(rounded(single.weight().toFloatArray(), type));
      }
    }
  }

  @Test
  void should_refuse_numbers_that_float16_cannot_hold() throws IOException {
    Path file = folder.resolve("large.safetensors");
    try (Small single = Small.drawn(DataType.FLOAT32);
        Small half = new Small(DataType.FLOAT16);
        Small brain = new Small(DataType.BFLOAT16)) {
      NDArray large = Torch.copy(manager, new float[] {1, 2, 3, 4, 70_000, 6}, new Shape(2, 3));
      LinearCombination.assign(single.weight(), large);
      WeightFiles.write(file, single, Map.of());
      try (StateDict saved = WeightFiles.open(file)) {
        assertThatThrownBy(() -> WeightBinder.strict().load(saved, half, CPU))
            .isInstanceOf(MalformedFileException.class)
            .hasMessage(
                file
                    + ": tensor 'fc.weight': expected numbers that a parameter of float16 can hold"
                    + " but found larger ones; declare the parameter as float32");
        assertThat(half.hasWeights()).isFalse();
        WeightBinder.strict().load(saved, brain, CPU);
      }
    }
  }

  /** More than a window of 16 MiB, of this type and of float32. */
  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT16", "BFLOAT16"})
  void should_load_and_save_in_several_windows(DataType type) throws IOException {
    Path single = folder.resolve("long-single.safetensors");
    Path half = folder.resolve("long-half.safetensors");
    try (Lengthy wide = new Lengthy(DataType.FLOAT32);
        Lengthy drawn = new Lengthy(type)) {
      wide.initialize(CPU, NoiseSource.seeded(1));
      drawn.initialize(CPU, NoiseSource.seeded(1));
      WeightFiles.write(single, wide, Map.of());
      WeightFiles.write(half, drawn, Map.of());
      try (StateDict wideFile = WeightFiles.open(single);
          StateDict halfFile = WeightFiles.open(half);
          Lengthy fromWide = WeightBinder.strict().load(wideFile, new Lengthy(type), CPU);
          Lengthy fromHalf = WeightBinder.strict().load(halfFile, new Lengthy(type), CPU)) {
        String expected = WeightDigest.sha256(drawn);
        assertThat(WeightDigest.sha256(fromWide)).isEqualTo(expected);
        assertThat(WeightDigest.sha256(fromHalf)).isEqualTo(expected);
      }
    }
  }

  /** One long parameter, which counts; exactly in both halves. */
  private static final class Lengthy extends Network {
    Lengthy(DataType type) {
      super(type);
      Initializer counting =
          (values, from, noise) -> {
            for (int i = 0; i < values.length; i++) {
              values[i] = (from + i) % 251;
            }
          };
      scope().parameter("long", Parameter.Type.OTHER, new Shape((1 << 23) + 3), counting);
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

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT16", "BFLOAT16"})
  void should_load_cut_and_transposed_tensors_too(DataType type) throws IOException {
    Path file = folder.resolve("t.safetensors");
    float[] values = {1, 2.5f, 3.1f, 4, 5, 6};
    WeightFiles.write(
        file,
        Map.of(
            "w", manager.create(values, new Shape(3, 2)), "b", manager.create(new float[] {7, 8})),
        Map.of());
    try (StateDict saved = WeightFiles.open(file);
        StateDict turned =
            DerivedStateDict.from(saved)
                .addTransposed("fc.weight", "w")
                .add("fc.bias", "b")
                .build();
        Small half = Small.drawn(type)) {
      WeightBinder.strict().mayBeMissing("count").copyInto(turned, half);
      float[] expected = {1, 3.1f, 5, 2.5f, 4, 6};
      assertThat(bits(half.weight())).isEqualTo(rounded(expected, type));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT16", "BFLOAT16"})
  void should_compute_in_its_type(DataType type) {
    try (Small single = Small.drawn(DataType.FLOAT32);
        Small half = Small.drawn(type)) {
      NDArray x = NoiseSource.seeded(1).normal(manager, new Shape(4, 3));
      NDArray y = half.linear.apply(DataTypes.convert(x, type));
      assertThat(DataTypes.of(y)).isEqualTo(type);
      assertThat(y.getManager()).isSameAs(manager);
      NDArray error = DataTypes.convert(y, DataType.FLOAT32).sub(single.linear.apply(x));
      assertThat(error.abs().max().getFloat()).isPositive().isLessThan(0.06f);
      assertThat(Finite.isFinite(half.weight())).isTrue();
      half.weight().muli(Torch.scalar(half.weight(), Double.POSITIVE_INFINITY));
      assertThat(Finite.rows(half.weight())).containsExactly(0, 1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT16", "BFLOAT16"})
  void should_keep_the_type_through_dropout_and_scalars(DataType type) {
    NDArray x = DataTypes.convert(manager.ones(new Shape(50)), type);
    NDArray dropped = Mode.train(NoiseSource.seeded(1)).dropout(x, 0.5);
    assertThat(DataTypes.of(dropped)).isEqualTo(type);
    assertThat(DataTypes.convert(dropped, DataType.FLOAT32).toFloatArray())
        .containsOnly(0, 2)
        .contains(0, 2);
    assertThat(DataTypes.of(x.mul(Torch.scalar(x, 3)))).isEqualTo(type);
    assertThat(DataTypes.of(Nonlinearity.QUICK_GELU.apply(x))).isEqualTo(type);
  }

  @Test
  void should_let_gradients_flow_through_a_conversion() {
    NDArray x = manager.create(new float[] {1, 2});
    x.setRequiresGradient(true);
    try (GradMode on = GradMode.on()) {
      NDArray y = DataTypes.convert(DataTypes.convert(x, DataType.BFLOAT16), DataType.FLOAT32);
      NDArray slope = Gradients.of(y.square().sum(), List.of(x)).get(0);
      assertThat(slope.toFloatArray()).containsExactly(2, 4);
    }
  }

  @Test
  void should_refuse_to_train_sixteen_bits() {
    try (Small half = Small.drawn(DataType.BFLOAT16)) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> FusedAdamW.over(List.of(new ParameterGroup("all", half.trainable(), 0))))
          .withMessage(
              "fc.weight: expected a float32 parameter to train but the type is bfloat16; freeze it,"
                  + " or declare it as float32");
    }
  }

  @Test
  void should_not_meet_djls_own_files_with_bfloat16() {
    try (Small half = Small.drawn(DataType.BFLOAT16);
        DataOutputStream out = new DataOutputStream(new ByteArrayOutputStream())) {
      assertThatIllegalStateException()
          .isThrownBy(() -> half.saveParameters(out))
          .withMessage(
              "Small has bfloat16 parameters or 8-bit weights, which DJL's own files do not hold:"
                  + " use WeightFiles and WeightBinder");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** DJL would end the process. */
  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"BFLOAT16", "UNKNOWN", "INT16"})
  void should_refuse_to_copy_into_what_djl_does_not_know(DataType type) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Torch.copy(manager, new double[] {1}, new Shape(1), type))
        .withMessage(
            "type: expected float16, float32 or float64 but was "
                + type
                + "; make float32 and convert it");
  }

  @Test
  void should_refuse_conversions_of_integers() {
    NDArray one = manager.create(new long[] {1});
    String message = "expected float16, bfloat16, float32 or float64 but the type is int64";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DataTypes.convert(one, DataType.FLOAT32))
        .withMessage(message);
    NDArray number = manager.create(1f);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DataTypes.convert(number, DataType.INT64))
        .withMessage(message);
  }

  @Test
  void should_leave_nothing_behind() {
    LeakCheck.assertNoLeak(
        () -> {
          Small network = Small.drawn(DataType.BFLOAT16);
          DataTypes.of(network.weight());
          DataTypes.convert(network.weight(), DataType.FLOAT32).close();
          network.close();
        });
  }
}
