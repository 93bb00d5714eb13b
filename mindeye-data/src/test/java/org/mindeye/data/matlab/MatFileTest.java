// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.matlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.data.Fixtures;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

class MatFileTest {
  @TempDir private Path folder;

  private static Path file(String name) {
    return Fixtures.file("matlab/" + name);
  }

  private Path changed(UnaryOperator<byte[]> change) throws IOException {
    byte[] changed = change.apply(Files.readAllBytes(file("plain.mat")));
    return Files.write(folder.resolve("changed.mat"), changed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain.mat", "compressed.mat", "version_7_3.mat"})
  void should_read_every_type_to_the_last_bit(String name) throws IOException {
    Map<String, HeapArray> expected = Fixtures.arrays("matlab/expected.npz");
    assertThat(expected).hasSize(14);
    try (MatFile open = MatFile.open(file(name))) {
      assertThat(open.names()).containsAll(expected.keySet()).contains("text");
      for (Map.Entry<String, HeapArray> each : expected.entrySet()) {
        assertThat(open.array(each.getKey())).as(each.getKey()).isEqualTo(each.getValue());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text|variable 'text': expected an array of real numbers but found text",
        "cells|variable 'cells': expected an array of real numbers but found a cell array",
        "record|variable 'record': expected an array of real numbers but found a structure",
        "complex|variable 'complex': expected an array of real numbers but found complex numbers",
        "sparse|variable 'sparse': expected an array of real numbers but found a sparse matrix",
        "unsigned_64|expected integers of up to 64 bits with sign, or floats but found uint64",
        "gone|plain.mat: expected a variable 'gone' but found only i1, u1, "
      })
  void should_say_what_a_variable_is_instead(String name, String message) throws IOException {
    try (MatFile open = MatFile.open(file("plain.mat"))) {
      assertThatThrownBy(() -> open.array(name))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining(message);
    }
  }

  @Test
  void should_say_what_a_dataset_of_version_7_3_is() throws IOException {
    try (MatFile open = MatFile.open(file("version_7_3.mat"))) {
      assertThatThrownBy(() -> open.array("text"))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("dataset 'text': expected numbers but found MATLAB's class char");
      assertThat(open.array("record/a").toDoubles()).containsExactly(1);
    }
  }

  @Test
  void should_refuse_damaged_files() throws IOException {
    assertThatThrownBy(() -> MatFile.open(changed(b -> Arrays.copyOf(b, b.length - 4))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("bytes of a variable but found ")
        .hasMessageContaining("(truncated? get the file again)");
    assertThatThrownBy(() -> MatFile.open(changed(b -> with(b, 126, 'X'))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("ends with a byte order, IM or MI but found 'XM'");
    assertThatThrownBy(() -> MatFile.open(changed(b -> with(b, 128, 3))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected variables (elements of type 14) but found type 3");
    // The first variable: flags at 136, axes (3 of them) at 152.
    assertThatThrownBy(() -> MatFile.open(changed(b -> with(b, 160, 3))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("36 numbers of variable 'i1' but found 24: damaged");
    assertThatThrownBy(() -> MatFile.open(changed(b -> with(b, 163, 0x80))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("axes of 0 or more that fit into 1 GiB but found -2147483646");
    byte[] compressed = Files.readAllBytes(file("compressed.mat"));
    compressed[150] ^= 0x55;
    Path damaged = Files.write(folder.resolve("damaged.mat"), compressed);
    assertThatThrownBy(() -> MatFile.open(damaged))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("a variable that can be decompressed but found a damaged one (");
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).put(at, (byte) value).array();
  }

  @Test
  void should_say_what_a_file_is_instead() {
    assertThatThrownBy(() -> MatFile.open(file("expected.npz")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected a MATLAB file (.mat) but found a NumPy archive (.npz)");
    assertThatThrownBy(() -> MatFile.open(file("version_4.mat")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected a MATLAB file (.mat) but found a file of an unknown kind");
    assertThatThrownBy(() -> MatFile.open(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("expected a MATLAB file (.mat) but found a folder");
  }

  @Test
  void should_read_nothing_after_closing() throws IOException {
    for (String name : new String[] {"plain.mat", "version_7_3.mat"}) {
      MatFile open = MatFile.open(file(name));
      open.close();
      open.close();
      assertThatThrownBy(() -> open.array("i1"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(name + " is closed: read before, or open it again");
      assertThatThrownBy(open::names).isInstanceOf(IllegalStateException.class);
    }
  }
}
