// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.formats.safetensors.Safetensors;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.tensor.TensorShape;

class RowWriterTest {
  @TempDir private Path folder;

  private static void fill(RowWriter writer) throws IOException {
    writer.add("tokens", HeapArray.ofFloats(new float[] {1, 2, 3, 4}, 2, 1, 2));
    writer.add("keys", HeapArray.ofBytes(new byte[] {'a', 'b'}, 2, 1));
    writer.add("ids", HeapArray.ofLongs(new long[] {1L << 40, -1}, 2));
    writer.add("tokens", HeapArray.ofFloats(new float[] {5, 6}, 1, 1, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows.npz", "rows.safetensors"})
  void should_write_what_any_reader_reads(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, "old");
    try (RowWriter writer = RowWriter.create(file)) {
      fill(writer);
      assertThat(file).hasContent("old");
      writer.publish();
    }
    try (TensorFile read = TensorFiles.open(file)) {
      assertThat(read.names()).containsExactlyInAnyOrder("tokens", "keys", "ids");
      assertThat(read.info("tokens").shape()).isEqualTo(new TensorShape(3, 1, 2));
      assertThat(read.floats("tokens")).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(read.array("ids").toLongs()).containsExactly(1L << 40, -1);
      assertThat(read.array("keys").toLongs()).containsExactly('a', 'b');
    }
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows.npz", "rows.safetensors"})
  void should_leave_nothing_behind_unless_published(String name) throws IOException {
    try (RowWriter writer = RowWriter.create(folder.resolve(name))) {
      fill(writer);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void should_delete_all_it_can_when_a_part_cannot_be_deleted() throws IOException {
    RowWriter writer = RowWriter.create(folder.resolve("rows.npz"));
    Set<Path> before = new HashSet<>();
    List<Path> staged = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d", "e")) {
      writer.add(name, HeapArray.ofLongs(new long[] {1}, 1));
      try (Stream<Path> files = Files.list(folder)) {
        files.filter(before::add).forEach(staged::add);
      }
    }
    List<Path> stuck = List.of(staged.get(1), staged.get(3));
    for (Path file : stuck) { // a folder with something in it cannot be deleted
      Files.delete(file);
      Files.createDirectories(file.resolve("full"));
    }
    assertThatThrownBy(writer::close)
        .isInstanceOf(DirectoryNotEmptyException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(folder.toFile().listFiles())
        .extracting(File::toPath)
        .containsExactlyInAnyOrderElementsOf(stuck);
  }

  @Test
  void should_write_the_same_bytes_as_the_writer_of_tensors() throws IOException {
    Path rows = folder.resolve("rows.safetensors");
    Path tensors = folder.resolve("tensors.safetensors");
    try (RowWriter writer = RowWriter.create(rows)) {
      fill(writer);
      writer.publish();
    }
    try (TensorFile read = Safetensors.open(rows)) {
      Map<String, HeapArray> arrays = new HashMap<>();
      read.names().forEach(name -> arrays.put(name, read.array(name)));
      Safetensors.write(tensors, arrays, Map.of());
    }
    assertThat(rows).hasSameBinaryContentAs(tensors);
  }

  @Test
  void should_refuse_rows_that_do_not_fit() throws IOException {
    try (RowWriter writer = RowWriter.create(folder.resolve("rows.npz"))) {
      fill(writer);
      assertThatThrownBy(() -> writer.add("ids", HeapArray.ofLongs(new long[2], 1, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("array 'ids': expected rows of INT64 [2] but was INT64 [1, 2]");
      assertThatThrownBy(() -> writer.add("ids", HeapArray.ofInts(new int[2], 2)))
          .hasMessage("array 'ids': expected rows of INT64 [2] but was INT32 [2]");
      assertThatThrownBy(() -> writer.add("a\"b", HeapArray.ofInts(new int[2], 2)))
          .hasMessage("array 'a\"b': expected a name of letters, digits and underscores");
    }
    assertThatThrownBy(() -> RowWriter.create(folder.resolve("rows.pt")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            folder.resolve("rows.pt") + ": expected a name that ends with .npz or .safetensors");
  }
}
