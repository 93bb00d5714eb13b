// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.MindEyeException;
import org.mindeye.formats.NpyFixtures;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorShape;

class NpyTest {
  static List<String> grids() {
    Stream<String> wide =
        Stream.of("f2", "f4", "f8", "i2", "i4", "i8", "u2")
            .flatMap(code -> Stream.of(code + "_little", code + "_big"));
    Stream<String> narrow = Stream.of("i1_little", "u1_little", "b1_little");
    return Stream.concat(wide, narrow)
        .flatMap(name -> Stream.of("grid_" + name + "_c", "grid_" + name + "_fortran"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("grids")
  void should_read_every_type_byte_order_and_element_order(String name) throws IOException {
    HeapArray grid = NpyFixtures.array(name);
    long[] expected =
        IntStream.range(0, 24)
            .mapToLong(i -> name.contains("_b1_") ? i % 2 : name.contains("_u") ? i : i - 8)
            .toArray();
    assertThat(grid.shape()).containsExactly(2, 3, 4);
    assertThat(grid.size()).isEqualTo(24);
    assertThat(grid.type().bytes()).isEqualTo(name.charAt(6) - '0');
    assertThat(grid.toLongs()).isEqualTo(expected);
    assertThat(grid.toDoubles()).isEqualTo(Arrays.stream(expected).asDoubleStream().toArray());
    float[] floats = grid.toFloats();
    for (int i = 0; i < 24; i++) {
      assertThat(floats[i]).isEqualTo((float) expected[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"f2", "f4", "f8", "i4", "i8"})
  void should_write_the_bytes_numpy_writes(String code) throws IOException {
    byte[] numpy = NpyFixtures.bytes("grid_" + code + "_little_c");
    assertThat(Npy.encode(Npy.decode(code, numpy))).isEqualTo(numpy);
    float[] floats = new float[24];
    int[] ints = new int[24];
    for (int i = 0; i < 24; i++) {
      floats[i] = i - 8;
      ints[i] = i - 8;
    }
    HeapArray built =
        switch (code) {
          case "f2" -> HeapArray.ofHalves(floats, 2, 3, 4);
          case "f4" -> HeapArray.ofFloats(floats, 2, 3, 4);
          case "f8" -> HeapArray.ofDoubles(Arrays.stream(ints).asDoubleStream().toArray(), 2, 3, 4);
          case "i4" -> HeapArray.ofInts(ints, 2, 3, 4);
          default -> HeapArray.ofLongs(Arrays.stream(ints).asLongStream().toArray(), 2, 3, 4);
        };
    assertThat(Npy.encode(built)).isEqualTo(numpy);
  }

  @Test
  void should_read_and_write_scalars_and_empty_arrays() throws IOException {
    assertThat(NpyFixtures.array("scalar").toLongs()).containsExactly(26599);
    assertThat(NpyFixtures.array("scalar").shape()).isEmpty();
    assertThat(NpyFixtures.array("empty").shape()).containsExactly(3, 0);
    assertThat(NpyFixtures.array("empty").toFloats()).isEmpty();
    assertThat(Npy.encode(HeapArray.ofLongs(new long[] {26599})))
        .isEqualTo(NpyFixtures.bytes("scalar"));
    assertThat(Npy.encode(HeapArray.ofFloats(new float[0], 3, 0)))
        .isEqualTo(NpyFixtures.bytes("empty"));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void should_read_the_newer_versions(int version) throws IOException {
    assertThat(NpyFixtures.array("version_" + version).toFloats()).containsExactly(1.5f, -2.5f);
  }

  @Test
  void should_write_a_file_completely_or_not_at_all(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a.npy");
    HeapArray array = HeapArray.ofFloats(new float[] {1, 2, 3}, 3);
    Npy.write(file, array);
    Npy.write(file, array);
    assertThat(Npy.read(file)).isEqualTo(array).hasSameHashCodeAs(array);
    assertThat(Npy.read(file)).hasToString("HeapArray FLOAT32[3]");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void should_give_copies_of_its_content() {
    float[] values = {1, 2};
    HeapArray array = HeapArray.ofFloats(values, 2);
    values[0] = 9;
    array.toFloats()[1] = 9;
    array.shape()[0] = 9;
    assertThat(array.toFloats()).containsExactly(1, 2);
    assertThat(array.shape()).containsExactly(2);
  }

  @Test
  void should_refuse_a_shape_that_does_not_fit_the_values() {
    assertThatThrownBy(() -> HeapArray.ofFloats(new float[3], 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shape [2, 2] holds 4 values, not 3");
    assertThatThrownBy(() -> HeapArray.ofInts(new int[1], -1))
        .hasMessage("negative axis in shape [-1]");
    for (long length : new long[] {1L << 31, 1L << 32, 1L << 40}) { // 2^62, 2^64 and 2^80
      assertThatThrownBy(() -> HeapArray.ofFloats(new float[0], length, length))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () -> HeapArray.of(ElementType.INT64, new TensorShape(length, length), new byte[0]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 GiB");
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.5, Double.NaN, Double.POSITIVE_INFINITY, 0x1p63})
  void should_refuse_to_read_fractions_as_integers(double value) {
    HeapArray array = HeapArray.ofDoubles(new double[] {2, value}, 2);
    assertThatThrownBy(array::toLongs)
        .isInstanceOf(MindEyeException.class)
        .hasMessage("element 1 is " + value + ", not an integer");
  }

  @Test
  void should_refuse_files_longer_or_shorter_than_their_header_says() throws IOException {
    byte[] good = NpyFixtures.bytes("grid_f4_little_c");
    assertThatThrownBy(() -> Npy.decode("x.npy", Arrays.copyOf(good, good.length - 1)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage("x.npy: expected 96 bytes after the header but found 95 (truncated?)");
    assertThatThrownBy(() -> Npy.decode("x.npy", Arrays.copyOf(good, good.length + 1)))
        .hasMessage("x.npy: expected 96 bytes after the header but found more than that");
    assertThatThrownBy(() -> Npy.decode("x.npy", Arrays.copyOf(good, 9)))
        .hasMessage("x.npy: expected the length of the header but found the end of the file");
    assertThatThrownBy(() -> Npy.decode("x.npy", Arrays.copyOf(good, 20)))
        .hasMessage("x.npy: expected 118 bytes of header but found 10 (truncated?)");
    assertThatThrownBy(() -> Npy.decode("x.npy", new byte[0]))
        .hasMessageEndingWith("(it starts with the bytes 93 4e 55 4d 50 59) but found nothing");
    assertThatThrownBy(() -> Npy.decode("x.npy", "PK\3\4....".getBytes(StandardCharsets.US_ASCII)))
        .hasMessageEndingWith("but found 50 4b 03 04 2e 2e 2e 2e");
  }

  @Test
  void should_refuse_unknown_versions_and_enormous_headers() throws IOException {
    byte[] four = NpyFixtures.bytes("grid_f4_little_c");
    four[6] = 4;
    assertThatThrownBy(() -> Npy.decode("x.npy", four))
        .hasMessage(
            "x.npy: expected version 1.0, 2.0 or 3.0 but found version 4.0"
                .replace("found version", "found"));
    byte[] huge = NpyFixtures.bytes("version_2");
    huge[11] = (byte) 0xff;
    assertThatThrownBy(() -> Npy.decode("x.npy", huge))
        .hasMessageStartingWith(
            "x.npy: expected at most 10000 bytes of header but found 4278190196 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"|O", "<c8", "|f4", "=f4", "<U5", ""})
  void should_refuse_types_that_are_not_plain_numbers(String descr) {
    String header = header("'descr': '" + descr + "', 'fortran_order': False, 'shape': (3,), ");
    assertThatThrownBy(() -> Npy.decode("x.npy", file(header)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            "x.npy: expected a type of [b1, f2, f4, f8, i1, i2, i4, i8, u1, u2] in a known byte"
                + " order but found descr '"
                + descr
                + "'");
  }

  static List<List<String>> brokenHeaders() {
    return List.of(
        List.of("", "'{' at character 0 of the header but found its end"),
        List.of(header("'descr': [('a', '<f4')], "), "a plain string at character 10"),
        List.of(header("'descr': 'a\\n', "), "a plain string at character 10"),
        List.of(header("'descr': '<f4', 'shape': (3), "), "a comma in a tuple of one axis"),
        List.of(header("'shape': (3 4), "), "a comma or a closing parenthesis"),
        List.of(header("'shape': (-3,), "), "an axis length of 1 to 18 digits"),
        List.of(header("'shape': (9999999999999999999,), "), "an axis length of 1 to 18 digits"),
        List.of(header("'shape': (" + "1,".repeat(33) + "), "), "at most 32 axes"),
        List.of(header("'fortran_order': 0, "), "True or False"),
        List.of(header("'shape': (1,), 'shape': (1,), "), "the key 'shape' once"),
        List.of(header("'x': (1,), "), "no key but 'descr', 'fortran_order' and 'shape'"),
        List.of(header("'shape': (1,), "), "the keys 'descr', 'fortran_order' and 'shape'"),
        List.of(
            header("'descr': '<f4', 'fortran_order': False, 'shape': (1,), ") + "+ 1",
            "nothing after the header's dictionary at character 57 of the header but found \"+ 1\""),
        List.of(header("'descr' '<f4'"), "':' at character 9 of the header"));
  }

  @ParameterizedTest
  @MethodSource("brokenHeaders")
  void should_refuse_headers_that_are_not_the_expected_dictionary(List<String> headerAndMessage) {
    assertThatThrownBy(() -> Npy.decode("x.npy", file(headerAndMessage.get(0))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("x.npy: expected " + headerAndMessage.get(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"(4294967296, 4294967296)", "(536870911,)", "(999999999999999999,)"})
  void should_refuse_more_elements_than_memory_can_address(String shape) {
    String header = header("'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", ");
    assertThatThrownBy(() -> Npy.decode("x.npy", file(header)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("x.npy: expected at most 2 GiB of elements but found shape [");
  }

  @Test
  void should_not_reserve_memory_for_what_a_header_only_promises() {
    String header = header("'descr': '<f8', 'fortran_order': False, 'shape': (250000000,), ");
    assertThatThrownBy(() -> Npy.decode("x.npy", file(header)))
        .hasMessage("x.npy: expected 2000000000 bytes after the header but found 0 (truncated?)");
  }

  @Test
  void should_answer_every_mutated_file_with_an_array_or_a_clear_refusal() throws IOException {
    byte[] good = NpyFixtures.bytes("grid_f2_little_fortran");
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] mutant = good.clone();
      for (int j = random.nextInt(3); j >= 0; j--) {
        mutant[random.nextInt(80)] = (byte) random.nextInt(256);
      }
      try {
        Npy.decode("mutant", mutant);
      } catch (MalformedFileException e) {
        assertThat(e).hasMessageStartingWith("mutant: expected ");
        assertThat(e.source() + e.expected() + e.found()).isNotBlank();
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(2000);
  }

  private static String header(String entries) {
    return "{" + entries + "}";
  }

  private static byte[] file(String header) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    byte[] file =
        Arrays.copyOf("\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1), 10 + text.length);
    file[6] = 1;
    file[8] = (byte) text.length;
    file[9] = (byte) (text.length >> 8);
    System.arraycopy(text, 0, file, 10, text.length);
    return file;
  }
}
