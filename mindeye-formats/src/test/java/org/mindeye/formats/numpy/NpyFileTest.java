// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.formats.Mutations;
import org.mindeye.formats.NpyFixtures;
import org.mindeye.formats.internal.npy.NpyHeader;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorShape;

class NpyFileTest {
  @TempDir private static Path folder;

  private static NpyFile fixture(String name) throws IOException {
    return NpyFile.open(Path.of("src/test/resources/npy", name + ".npy"));
  }

  private static Path write(byte[] content) throws IOException {
    Path path = folder.resolve("x.npy");
    Files.write(path, content);
    return path;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f2_little", "f2_big", "f4_little", "f4_big", "f8_little", "f8_big", "i1_little",
        "i2_little", "i2_big", "i4_little", "i4_big", "i8_little", "i8_big", "u1_little",
        "u2_little", "u2_big", "b1_little"
      })
  void should_read_the_same_rows_as_the_whole_file_holds(String name) throws IOException {
    String grid = "grid_" + name + "_c";
    HeapArray whole = NpyFixtures.array(grid);
    try (NpyFile file = fixture(grid)) {
      assertThat(file.rows()).isEqualTo(2);
      assertThat(file.shape()).containsExactly(2, 3, 4);
      assertThat(file.type()).isEqualTo(whole.type());
      assertThat(file.read(0, 2)).isEqualTo(whole);
      HeapArray second = file.read(1, 2);
      assertThat(second.shape()).containsExactly(1, 3, 4);
      assertThat(second.toLongs()).isEqualTo(Arrays.copyOfRange(whole.toLongs(), 12, 24));
      assertThat(file.info(1, 2).shape()).isEqualTo(new TensorShape(1, 3, 4));
      assertThat(file.info(1, 2).type()).isEqualTo(whole.type());
      ByteBuffer bytes = ByteBuffer.allocate((int) file.info(1, 2).bytes());
      file.elements(1, 2).read(0, bytes);
      assertThat(bytes.flip()).isEqualTo(second.bytes());
      assertThat(file.read(1, 1).size()).isZero();
      assertThat(file.info(2, 2).size()).isZero();
    }
  }

  @Test
  void should_map_rows_as_they_lie() throws IOException {
    try (NpyFile file = fixture("grid_f2_little_c")) {
      ByteBuffer second = file.map(1, 2);
      assertThat(second.isReadOnly()).isTrue();
      assertThat(second.isDirect()).isTrue();
      assertThat(second).isEqualTo(file.read(1, 2).bytes());
      assertThat(file.map(2, 2).remaining()).isZero();
      assertThatThrownBy(() -> file.map(1, 3)).isInstanceOf(IndexOutOfBoundsException.class);
      file.close();
      assertThat(second.get(0)).isEqualTo(second.get(0)); // the mapping outlives the file
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"grid_f4_big_c", "grid_f4_little_fortran"})
  void should_map_nothing_that_lies_in_another_order(String name) throws IOException {
    try (NpyFile file = fixture(name)) {
      assertThatThrownBy(() -> file.map(0, 1))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageEndingWith(
              ".npy: expected little-endian numbers, row after row, as numpy.ascontiguousarray makes"
                  + " them but found "
                  + (name.endsWith("fortran")
                      ? "columns one after the other"
                      : "big-endian numbers"));
    }
  }

  @Test
  void should_refuse_files_without_rows_and_rows_without_a_file() throws IOException {
    assertThatThrownBy(() -> fixture("scalar"))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageEndingWith("scalar.npy: expected an array with rows but found a scalar");
    byte[] good = NpyFixtures.bytes("grid_f4_little_c");
    Path path = write(Arrays.copyOf(good, good.length - 4));
    assertThatThrownBy(() -> NpyFile.open(path))
        .hasMessage(path + ": expected 96 bytes after the header but found 92 (truncated?)");
    write(Arrays.copyOf(good, good.length + 4));
    assertThatThrownBy(() -> NpyFile.open(path))
        .hasMessage(path + ": expected 96 bytes after the header but found 100");
    try (NpyFile file = fixture("grid_f4_little_c")) {
      assertThatThrownBy(() -> file.read(1, 3))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageEndingWith("grid_f4_little_c.npy: rows 1 to 3 of 2");
      assertThatThrownBy(() -> file.read(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
      file.close();
      assertThatThrownBy(() -> file.read(0, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith(
              "grid_f4_little_c.npy is closed: read its rows before, or open it again");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"f2_big", "f4_little", "f8_big", "i2_little", "b1_little"})
  void should_read_rows_of_a_file_in_fortran_order(String type) throws IOException {
    HeapArray whole = NpyFixtures.array("grid_" + type + "_c");
    NpyFile open = fixture("grid_" + type + "_fortran");
    try (open) {
      assertThat(open.read(0, 2)).isEqualTo(whole);
      HeapArray second = open.read(1, 2);
      assertThat(second.toLongs()).isEqualTo(Arrays.copyOfRange(whole.toLongs(), 12, 24));
    }
    assertThatThrownBy(() -> open.read(0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void should_read_one_axis_in_either_order() throws IOException {
    byte[] content = Npy.encode(HeapArray.ofFloats(new float[] {1, 2, 3}, 3));
    String header = new String(content, 0, 128, StandardCharsets.ISO_8859_1);
    byte[] fortran = header.replace("False", "True ").getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(fortran, 0, content, 0, 128);
    try (NpyFile file = NpyFile.open(write(content))) {
      assertThat(file.read(1, 3).toFloats()).containsExactly(2, 3);
    }
  }

  @Test
  @Tag("full-size")
  void should_reach_the_end_of_a_file_of_more_than_2_gib() throws IOException {
    Path path = folder.resolve("large.npy");
    long rows = 800_000;
    byte[] header = NpyHeader.encode(ElementType.FLOAT32, new long[] {rows, 768});
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.write(header);
      sparse.setLength(header.length + rows * 768 * 4);
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      ByteBuffer last = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 7);
      channel.write(last, header.length + rows * 768 * 4 - 4);
    }
    try (NpyFile file = NpyFile.open(path)) {
      assertThat(file.read(rows - 1, rows).toFloats()[767]).isEqualTo(7);
      assertThatThrownBy(() -> file.read(0, rows))
          .hasMessageContaining("expected at most 2 GiB of elements");
    }
  }

  @Test
  void should_answer_every_mutated_file_with_rows_or_a_clear_refusal() throws IOException {
    assertThat(mutate(2000)).isGreaterThan(1000);
  }

  @Test
  @Tag("slow")
  void should_answer_very_many_mutated_files() throws IOException {
    assertThat(mutate(100_000)).isGreaterThan(50_000);
  }

  private static int mutate(int count) throws IOException {
    return Mutations.answered(
        NpyFixtures.bytes("grid_f2_big_c"),
        80,
        count,
        content -> {
          Npy.decode("mutant", content);
          try (NpyFile file = NpyFile.open(write(content))) {
            file.read(0, file.rows());
          }
        });
  }
}
