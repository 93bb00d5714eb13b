// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;
import org.mindeye.testkit.LeakCheck;

class SafetensorsTest {
  static Path fixture(String name) {
    return Path.of("../mindeye-formats/src/test/resources/safetensors", name + ".safetensors");
  }

  /** The low bytes of what the fixtures' script puts into element i. */
  private static ByteBuffer bits(int elements, int width, boolean bool) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(elements * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      long value = i * 0x9E3779B97F4A7C15L;
      for (int b = 0; b < width; b++) {
        buffer.put((byte) (bool ? value & 1 : value >>> 8 * b));
      }
    }
    return buffer.flip();
  }

  private static byte[] bytes(NDArray array) {
    return array.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void should_read_every_type_to_the_last_bit(ElementType type) throws IOException {
    String name = "a." + type.name().toLowerCase(Locale.ROOT);
    try (StateDict file = WeightFiles.open(fixture("types"));
        NDManager owner = Torch.newManager(Device.cpu())) {
      assertThat(file.info(name)).isEqualTo(new TensorInfo(name, type, new TensorShape(2, 3, 50)));
      assertThat(file.info(name).bytes()).isEqualTo(300L * type.bytes());
      NDArray read = file.load(name, owner);
      assertThat(read.getShape()).isEqualTo(new Shape(2, 3, 50));
      assertThat(read.getDataType()).isEqualTo(TensorTypes.dataType(type));
      assertThat(bytes(read)).isEqualTo(expected(file, type, owner));
    }
  }

  private static byte[] expected(StateDict file, ElementType type, NDManager owner) {
    ByteBuffer raw = bits(300, type.bytes(), type == ElementType.BOOL);
    ByteBuffer wide = ByteBuffer.allocate(1200).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case FLOAT16 -> wide.put(bytes(file.load("expected.float16", owner)));
      case FLOAT64 -> wide.put(bytes(file.load("expected.float64", owner)));
      case BFLOAT16 -> {
        while (raw.hasRemaining()) {
          wide.putInt(raw.getShort() << 16);
        }
      }
      case INT8 -> {
        while (raw.hasRemaining()) {
          wide.putInt(raw.get());
        }
      }
      case INT16 -> {
        while (raw.hasRemaining()) {
          wide.putInt(raw.getShort());
        }
      }
      case UINT16 -> {
        while (raw.hasRemaining()) {
          wide.putInt(raw.getShort() & 0xffff);
        }
      }
      default -> {
        byte[] same = new byte[raw.remaining()];
        raw.get(same);
        return same;
      }
    }
    return wide.array();
  }

  @Test
  void should_read_scalars_empty_tensors_and_unusual_names() throws IOException {
    String odd = "größe/\uD83E\uDDE0\ue000\"\\\n\u001f\u007f";
    try (StateDict file = WeightFiles.open(fixture("shapes"));
        NDManager owner = Torch.newManager(Device.cpu())) {
      assertThat(file.names())
          .containsExactly(
              "counter", "empty.int", "", "empty", odd, "scalar", "\ue000", "\uD83E\uDDE0");
      assertThat(file.load("scalar", owner).getShape()).isEqualTo(new Shape());
      assertThat(file.load("scalar", owner).getFloat()).isEqualTo(2.5f);
      assertThat(file.load("counter", owner).getLong()).isEqualTo(26599);
      assertThat(file.load("empty", owner).getShape()).isEqualTo(new Shape(3, 0, 2));
      assertThat(file.load("empty.int", owner).getDataType()).isEqualTo(DataType.INT64);
      assertThat(file.load("", owner).toFloatArray()).containsExactly(1);
      assertThat(file.load(odd, owner).toFloatArray()).containsExactly(7, 7);
      assertThat(file.metadata()).containsExactly(Map.entry("größe\t", "x\"y\\z\uD83E\uDDE0"));
    }
  }

  @Test
  void should_write_the_bytes_of_the_reference_implementation(@TempDir Path folder)
      throws IOException {
    List<DataType> types =
        List.of(
            DataType.FLOAT64,
            DataType.FLOAT32,
            DataType.FLOAT16,
            DataType.INT64,
            DataType.INT32,
            DataType.INT8,
            DataType.UINT8,
            DataType.BOOLEAN);
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      Map<String, NDArray> tensors = new HashMap<>();
      for (int i = 0; i < types.size(); i++) {
        DataType type = types.get(i);
        boolean bool = type == DataType.BOOLEAN;
        NDArray array = owner.create(bits(12, type.getNumOfBytes(), bool), new Shape(3, 4), type);
        String name = bool ? "bool" : type.toString();
        tensors.put("zab".charAt(i % 3) + "." + name, array);
      }
      Path file = folder.resolve("w.safetensors");
      WeightFiles.write(file, tensors, Map.of("format", "pt"));
      assertThat(file).hasSameBinaryContentAs(fixture("written"));
      WeightFiles.write(file, Map.of(), Map.of());
      assertThat(file).hasSameBinaryContentAs(fixture("empty"));
    }
  }

  @Test
  void should_copy_a_file_of_unusual_names_byte_by_byte(@TempDir Path folder) throws IOException {
    Path copy = folder.resolve("c.safetensors");
    try (StateDict file = WeightFiles.open(fixture("shapes"));
        NDManager owner = Torch.newManager(Device.cpu())) {
      Map<String, NDArray> tensors = new HashMap<>();
      file.names().forEach(name -> tensors.put(name, file.load(name, owner)));
      WeightFiles.write(copy, tensors, file.metadata());
      assertThat(copy).hasSameBinaryContentAs(fixture("shapes"));
      WeightFiles.write(copy, file, file.metadata());
    }
    assertThat(copy).hasSameBinaryContentAs(fixture("shapes"));
  }

  @Test
  void should_convert_a_file_to_the_types_of_tensors(@TempDir Path folder) throws IOException {
    Path copy = folder.resolve("c.safetensors");
    try (StateDict file = WeightFiles.open(fixture("types"))) {
      WeightFiles.write(copy, file.under("a."), Map.of());
    }
    try (StateDict written = WeightFiles.open(copy)) {
      assertThat(written.info("bfloat16").type()).isEqualTo(ElementType.FLOAT32);
      assertThat(written.info("int16").type()).isEqualTo(ElementType.INT32);
      assertThat(written.names()).hasSize(11);
    }
  }

  @Test
  void should_let_threads_take_turns() throws Exception {
    try (StateDict file = WeightFiles.open(fixture("types"));
        NDManager owner = Torch.newManager(Device.cpu())) {
      List<String> names = List.copyOf(file.names());
      List<byte[]> alone = names.stream().map(name -> bytes(file.load(name, owner))).toList();
      IntStream.range(0, 400)
          .parallel()
          .forEach(
              i -> {
                int at = i % names.size();
                try (NDManager own = Torch.newManager(Device.cpu())) {
                  assertThat(bytes(file.load(names.get(at), own))).isEqualTo(alone.get(at));
                }
              });
    }
  }

  @Test
  void should_write_views_in_the_order_of_their_elements(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("v.safetensors");
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      NDArray transposed = owner.arange(6f).reshape(2, 3).transpose();
      WeightFiles.write(path, Map.of("t", transposed), Map.of("b", "2", "a", "1"));
      try (StateDict file = WeightFiles.open(path)) {
        assertThat(file.load("t", owner).toFloatArray()).containsExactly(0, 3, 1, 4, 2, 5);
        assertThat(file.metadata().keySet()).containsExactly("a", "b");
      }
    }
  }

  @Test
  void should_write_the_same_bytes_to_a_channel(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("x.safetensors");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (NDManager owner = Torch.newManager(Device.cpu());
        WritableByteChannel whole = Channels.newChannel(bytes);
        WritableByteChannel halting = new HaltingChannel(whole)) {
      Map<String, NDArray> tensors = Map.of("b", owner.arange(6f), "a", owner.arange(100_000f));
      WeightFiles.write(path, tensors, Map.of("k", "v"));
      WeightFiles.write(halting, tensors, Map.of("k", "v"));
      assertThat(whole.isOpen()).isTrue();
    }
    assertThat(path).hasBinaryContent(bytes.toByteArray());
  }

  /** Takes at most 1000 bytes at a time, as channels may. */
  private record HaltingChannel(WritableByteChannel target) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer source) throws IOException {
      int count = Math.min(1000, source.remaining());
      target.write(source.slice(source.position(), count));
      source.position(source.position() + count);
      return count;
    }

    @Override
    public boolean isOpen() {
      return target.isOpen();
    }

    @Override
    public void close() throws IOException {
      target.close();
    }
  }

  @Test
  void should_refuse_to_write_what_the_format_cannot_hold(@TempDir Path folder) {
    Path file = folder.resolve("x.safetensors");
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      NDArray array = owner.create(1f);
      assertThatThrownBy(() -> WeightFiles.write(file, Map.of("__metadata__", array), Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a tensor cannot be called __metadata__");
      assertThatThrownBy(() -> WeightFiles.write(file, Map.of("\ud800", array), Map.of()))
          .hasMessageEndingWith("holds half a surrogate pair");
      assertThatThrownBy(() -> TensorTypes.written("c", DataType.UNKNOWN))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "tensor 'c' is unknown, which safetensors files do not hold; convert it to one of"
                  + " boolean, uint8, int8, float16, bfloat16, int32, float32, float64, int64");
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void should_read_and_write_over_many_windows(@TempDir Path folder) throws IOException {
    int rows = TensorTransfer.WINDOW / Float.BYTES / 1000 * 2 + 7;
    Path path = folder.resolve("big.safetensors");
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      NDArray counted = owner.arange((float) rows * 1000).reshape(rows, 1000);
      WeightFiles.write(path, Map.of("w", counted), Map.of());
      try (StateDict file = WeightFiles.open(path)) {
        assertThat(file.info("w").bytes()).isGreaterThan(2L * TensorTransfer.WINDOW);
        assertThat(file.load("w", owner).contentEquals(counted)).isTrue();
        NDArray target = owner.create(counted.getShape());
        NDArray view = target.get("1:3");
        file.copyInto("w", target);
        assertThat(target.contentEquals(counted)).isTrue();
        assertThat(view.contentEquals(counted.get("1:3"))).as("written in place").isTrue();
      }
    }
  }

  @Test
  void should_copy_into_a_parameter_without_recording(@TempDir Path folder) throws IOException {
    try (StateDict file = WeightFiles.open(fixture("types"));
        NDManager owner = Torch.newManager(Device.cpu())) {
      NDArray parameter = owner.create(new Shape(2, 3, 50));
      parameter.setRequiresGradient(true);
      file.copyInto("a.bfloat16", parameter);
      assertThat(parameter.hasGradient()).isTrue();
      assertThat(Float.floatToRawIntBits(parameter.toFloatArray()[1])).isEqualTo(0x7C150000);
    }
  }

  @Test
  void should_refuse_targets_of_another_shape_or_type() throws IOException {
    try (StateDict file = WeightFiles.open(fixture("types"));
        NDManager owner = Torch.newManager(Device.cpu())) {
      assertThatThrownBy(() -> file.copyInto("a.float16", owner.create(new Shape(300))))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessageEndingWith(
              "types.safetensors: tensor 'a.float16' is (2, 3, 50) but its target is (300)");
      assertThatThrownBy(() -> file.copyInto("a.int64", owner.create(new Shape(2, 3, 50))))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessageEndingWith(
              "tensor 'a.int64' is INT64 and can be read into int64 but its target is float32");
      assertThatThrownBy(() -> file.info("b"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("types.safetensors: no tensor is called 'b'");
    }
  }

  @Test
  void should_rename_and_filter_without_reading() throws IOException {
    try (StateDict file = WeightFiles.open(fixture("types"));
        NDManager owner = Torch.newManager(Device.cpu())) {
      StateDict part = file.under("a.").filtered(name -> name.endsWith("t8"));
      assertThat(part.names()).containsExactly("int8", "uint8");
      assertThat(part.info("int8").name()).isEqualTo("int8");
      assertThat(part.source()).isEqualTo(file.source());
      assertThat(part.load("int8", owner).contentEquals(file.load("a.int8", owner))).isTrue();
      assertThat(file.withPrefixStripped("a.").names()).contains("int8", "expected.float16");
      assertThat(file.metadata()).isEmpty();
      assertThatThrownBy(() -> file.renamed(name -> name.substring(0, 1)))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageEndingWith(
              "expected one tensor that is called 'a' here but found two, 'a.int64' and"
                  + " 'a.float64'");
      assertThatThrownBy(() -> file.names().clear())
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void should_release_the_file(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("t.safetensors");
    Files.copy(fixture("types"), path);
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      StateDict file = WeightFiles.open(path);
      StateDict view = file.under("a.");
      view.close();
      file.close();
      assertThatThrownBy(() -> file.load("a.int8", owner))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith(
              "t.safetensors is closed: read tensor 'a.int8' before, or open it again");
    }
  }

  @Test
  void should_answer_a_file_that_shrinks_with_an_exception(@TempDir Path folder)
      throws IOException {
    Path path = folder.resolve("t.safetensors");
    byte[] whole = Files.readAllBytes(fixture("types"));
    Files.write(path, whole);
    try (StateDict file = WeightFiles.open(path);
        NDManager owner = Torch.newManager(Device.cpu())) {
      Files.write(path, Arrays.copyOf(whole, whole.length - 10));
      assertThatThrownBy(() -> file.load("a.bool", owner))
          .isInstanceOf(UncheckedIOException.class)
          .hasRootCauseMessage("the file ends at byte " + (whole.length - 10));
    }
  }

  @Test
  void should_leave_nothing_behind(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("l.safetensors");
    try (StateDict file = WeightFiles.open(fixture("types"));
        NDManager keeper = Torch.newManager(Device.cpu())) {
      NDArray target = keeper.create(new Shape(2, 3, 50));
      LeakCheck.assertNoLeak(
          () -> {
            try (NDManager owner = Torch.newManager(Device.cpu())) {
              NDArray read = file.load("a.float16", owner);
              assertThat(read.getManager()).isSameAs(owner);
              file.under("a.").copyInto("bfloat16", target);
            }
          });
      LeakCheck.assertNoLeak(
          20,
          () -> {
            try {
              WeightFiles.write(path, Map.of("t", target), Map.of());
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
