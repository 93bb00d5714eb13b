// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

/** A gallery that stays in its file answers as one in memory, bit by bit. */
class ExactIndexFileTest {
  private static final Device CPU = Device.cpu();
  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  private Path write(String name, HeapArray array) throws IOException {
    Path file = folder.resolve(name);
    Npy.write(file, array);
    return file;
  }

  private static long[] rows(int count) {
    return LongStream.range(0, count).toArray();
  }

  /** Rows of a file as an index in memory has them. */
  private ExactIndex inMemory(HeapArray array, int count, int width, long[] ids) {
    float[] values = array.toFloats();
    float[][] rows = new float[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = Arrays.copyOfRange(values, i * width, (i + 1) * width);
    }
    return ExactIndex.of(Vectors.of(manager, rows), ids, CPU);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "70, 3", "300, 768", "33, 8192", "40, 8193", "5, 20000", "600, 9000"})
  void should_find_what_an_index_in_memory_finds(int count, int width) throws IOException {
    float[] values = Vectors.random(manager, count, width, 1).array().toFloatArray();
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    ClipVectors queries = Vectors.random(manager, 3, width, 2);
    for (HeapArray array :
        List.of(
            HeapArray.ofFloats(values, count, width),
            HeapArray.ofHalves(values, count, width),
            HeapArray.ofDoubles(doubles, count, width))) {
      Path file = write("gallery.npy", array);
      try (ExactIndex expected = inMemory(array, count, width, rows(count));
          ExactIndex index = ExactIndex.open(file)) {
        assertThat(index.size()).isEqualTo(count);
        assertThat(index.width()).isEqualTo(width);
        assertThat(index.nearest(queries, 5))
            .as("%s", array.type())
            .isEqualTo(expected.nearest(queries, 5));
        assertThat(index.ids()).containsExactly(expected.ids().boxed().toArray(Long[]::new));
      }
    }
  }

  @Test
  void should_take_the_callers_ids_and_flatten_tokens() throws IOException {
    float[] values = Vectors.random(manager, 30, 24, 3).array().toFloatArray();
    Path file = write("tokens.npy", HeapArray.ofFloats(values, 30, 4, 6));
    long[] ids = Vectors.ids(30);
    ClipVectors queries = Vectors.random(manager, 4, 24, 4);
    try (ExactIndex index = ExactIndex.open(file, ids);
        ExactIndex expected = inMemory(HeapArray.ofFloats(values, 30, 24), 30, 24, ids)) {
      ids[0] = 17;
      List<List<Neighbor>> found = index.nearest(queries, 30);
      assertThat(found).isEqualTo(expected.nearest(queries, 30));
    }
  }

  @Test
  void should_search_after_the_file_is_gone() throws IOException {
    float[] values = Vectors.random(manager, 30, 24, 3).array().toFloatArray();
    Path file = write("gone.npy", HeapArray.ofFloats(values, 30, 24));
    ClipVectors queries = Vectors.random(manager, 4, 24, 4);
    try (ExactIndex index = ExactIndex.open(file)) {
      List<List<Neighbor>> before = index.nearest(queries, 3);
      Files.delete(file);
      assertThat(index.nearest(queries, 3)).isEqualTo(before);
    }
  }

  @Test
  void should_name_the_row_that_has_no_direction() throws IOException {
    int count = 5000; // more than one look of the check at rows so wide
    float[] values = new float[count * 1000];
    for (int row = 0; row < count; row++) {
      values[row * 1000] = row == 4321 ? 0 : 1;
    }
    Path file = write("zero.npy", HeapArray.ofFloats(values, count, 1000));
    assertThatThrownBy(() -> ExactIndex.open(file))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(file + ": expected a direction but row 4321 has length 0");
  }

  @Test
  void should_refuse_files_of_something_else() throws IOException {
    Path integers = write("ints.npy", HeapArray.ofInts(new int[4], 2, 2));
    assertThatThrownBy(() -> ExactIndex.open(integers))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            integers + ": expected numbers of type FLOAT16, FLOAT32 or FLOAT64 but found INT32");
    Path flat = write("flat.npy", HeapArray.ofFloats(new float[4], 4));
    assertThatThrownBy(() -> ExactIndex.open(flat))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(flat + ": expected [vectors, width] but found [4]");
    Path empty = write("empty.npy", HeapArray.ofFloats(new float[0], 0, 4));
    assertThatThrownBy(() -> ExactIndex.open(empty))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(empty + ": expected 1 to 2^31 - 1 vectors but found 0");
    Path one = write("one.npy", HeapArray.ofFloats(new float[] {1, 0}, 1, 2));
    assertThatThrownBy(() -> ExactIndex.open(one, new long[] {1, 2}))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("gallery: expected one id per vector but there are 1 vector and 2 ids");
  }

  @Test
  void should_refuse_elements_in_another_order() throws IOException {
    byte[] file = Files.readAllBytes(write("x.npy", HeapArray.ofFloats(new float[4], 2, 2)));
    String header = new String(file, 0, 128, StandardCharsets.ISO_8859_1);
    Path big = rewritten("big.npy", file, header.replace("<f4", ">f4"));
    assertThatThrownBy(() -> ExactIndex.open(big))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            big
                + ": expected little-endian numbers, row after row, as numpy.ascontiguousarray makes"
                + " them but found big-endian numbers");
    Path columns = rewritten("columns.npy", file, header.replace("False", "True "));
    assertThatThrownBy(() -> ExactIndex.open(columns))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageEndingWith("but found columns one after the other");
  }

  private Path rewritten(String name, byte[] content, String header) throws IOException {
    byte[] changed = content.clone();
    System.arraycopy(header.getBytes(StandardCharsets.ISO_8859_1), 0, changed, 0, 128);
    return Files.write(folder.resolve(name), changed);
  }

  @Test
  void should_not_leak() throws IOException {
    float[] values = Vectors.random(manager, 40, 16, 5).array().toFloatArray();
    ClipVectors queries = Vectors.random(manager, 2, 16, 6);
    Path single = write("single.npy", HeapArray.ofFloats(values, 40, 16));
    Path half = write("half.npy", HeapArray.ofHalves(values, 40, 16));
    for (Path file : List.of(single, half)) {
      LeakCheck.assertNoLeak(() -> search(file, queries));
    }
    Path bad = write("bad.npy", HeapArray.ofFloats(new float[32], 2, 16));
    LeakCheck.assertNoLeak(
        () -> assertThatThrownBy(() -> ExactIndex.open(bad)).isInstanceOf(MindEyeException.class));
  }

  private static void search(Path file, ClipVectors queries) {
    try (ExactIndex index = ExactIndex.open(file)) {
      index.nearest(queries, 3);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
