// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;

class SafetensorsFileTest {
  @TempDir private Path folder;

  static Path fixture(String name) {
    return Path.of("src/test/resources/safetensors", name + ".safetensors");
  }

  /** The low bytes of what the fixtures' script puts into element i. */
  private static byte[] bits(int elements, ElementType type) {
    int width = type.bytes();
    ByteBuffer buffer = ByteBuffer.allocate(elements * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      long value = i * 0x9E3779B97F4A7C15L;
      for (int b = 0; b < width; b++) {
        buffer.put((byte) (type == ElementType.BOOL ? value & 1 : value >>> 8 * b));
      }
    }
    return buffer.array();
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void should_read_every_type_to_the_last_bit(ElementType type) throws IOException {
    String name = "a." + type.name().toLowerCase(Locale.ROOT);
    TensorShape shape = new TensorShape(2, 3, 50);
    HeapArray expected = HeapArray.of(type, shape, bits(300, type));
    try (TensorFile file = Safetensors.open(fixture("types"))) {
      assertThat(file.info(name)).isEqualTo(new TensorInfo(name, type, shape));
      assertThat(file.array(name)).isEqualTo(expected);
      assertThat(file.floats(name)).isEqualTo(expected.toFloats());
      ByteBuffer window = ByteBuffer.allocate(2 * type.bytes());
      file.read(name, 100L * type.bytes(), window);
      assertThat(window.flip())
          .isEqualTo(expected.bytes().slice(100 * type.bytes(), 2 * type.bytes()));
    }
  }

  @Test
  void should_widen_as_numpy_does() throws IOException {
    try (TensorFile file = Safetensors.open(fixture("types"))) {
      for (String type : List.of("float16", "float64")) {
        assertThat(file.floats("a." + type))
            .usingComparator(SafetensorsFileTest::compareBits)
            .isEqualTo(file.floats("expected." + type));
      }
    }
  }

  private static int compareBits(float[] a, float[] b) {
    int[] left = new int[a.length];
    int[] right = new int[b.length];
    for (int i = 0; i < a.length; i++) {
      left[i] = Float.floatToIntBits(a[i]);
      right[i] = Float.floatToIntBits(b[i]);
    }
    return java.util.Arrays.compare(left, right);
  }

  @ParameterizedTest
  @ValueSource(strings = {"types", "shapes", "written", "empty"})
  void should_write_the_bytes_of_the_reference_implementation(String name) throws IOException {
    Path copy = folder.resolve("copy.safetensors");
    try (TensorFile file = Safetensors.open(fixture(name))) {
      Map<String, HeapArray> arrays = new HashMap<>();
      file.names().forEach(tensor -> arrays.put(tensor, file.array(tensor)));
      Safetensors.write(copy, arrays, file.metadata());
    }
    assertThat(copy).hasSameBinaryContentAs(fixture(name));
  }

  @Test
  void should_read_floats_over_many_windows() throws IOException {
    float[] values = new float[1_000_003];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Path path = folder.resolve("x.safetensors");
    Safetensors.write(path, Map.of("x", HeapArray.ofFloats(values, values.length)), Map.of());
    try (TensorFile file = Safetensors.open(path)) {
      assertThat(file.floats("x")).isEqualTo(values);
    }
  }

  @Test
  void should_refuse_contents_that_do_not_fit_their_shape() {
    Path path = folder.resolve("x.safetensors");
    TensorInfo info = new TensorInfo("w", ElementType.FLOAT32, new TensorShape(2));
    for (int bytes : new int[] {4, 12}) {
      SafetensorsItem item =
          new SafetensorsItem(info, sink -> sink.accept(ByteBuffer.allocate(bytes)));
      assertThatThrownBy(() -> Safetensors.write(path, List.of(item), Map.of()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("tensor 'w': expected 8 bytes from its content but was given " + bytes);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void should_refuse_names_the_format_cannot_hold() {
    HeapArray one = HeapArray.ofFloats(new float[1], 1);
    SafetensorsItem item = SafetensorsItem.of("w", one);
    assertThatThrownBy(
            () ->
                Safetensors.write(
                    Channels.newChannel(new ByteArrayOutputStream()),
                    List.of(item, item),
                    Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two tensors are called 'w'");
    assertThatThrownBy(() -> SafetensorsItem.of("__metadata__", one))
        .hasMessage("a tensor cannot be called __metadata__");
  }
}
