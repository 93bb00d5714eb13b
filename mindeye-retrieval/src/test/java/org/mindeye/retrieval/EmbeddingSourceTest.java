// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class EmbeddingSourceTest {
  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  private Path npy(String name, HeapArray array) throws IOException {
    Path file = folder.resolve(name);
    Npy.write(file, array);
    return file;
  }

  @Test
  void should_join_the_rows_of_files() throws IOException {
    Path first = npy("0.npy", HeapArray.ofHalves(new float[] {1, 2, 3, 4}, 2, 2));
    Path none = npy("1.npy", HeapArray.ofFloats(new float[0], 0, 2));
    Path last = npy("2.npy", HeapArray.ofDoubles(new double[] {5, 6, 7, 8, 9, 10}, 3, 2));
    try (NpyEmbeddings rows = NpyEmbeddings.open(List.of(first, none, last))) {
      assertThat(rows.width()).isEqualTo(2);
      assertThat(rows.size()).isEqualTo(5);
      assertThat(rows.id(4)).isEqualTo(4);
      float[] all = new float[10];
      rows.read(0, all);
      assertThat(all).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
      float[] middle = new float[4];
      rows.read(1, middle);
      assertThat(middle).containsExactly(3, 4, 5, 6);
      assertThatThrownBy(() -> rows.read(4, middle)).isInstanceOf(IndexOutOfBoundsException.class);
      rows.close();
      assertThatThrownBy(() -> rows.read(0, middle)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void should_refuse_files_that_do_not_fit_each_other() throws IOException {
    Path two = npy("two.npy", HeapArray.ofFloats(new float[4], 2, 2));
    Path three = npy("three.npy", HeapArray.ofFloats(new float[6], 2, 3));
    assertThatThrownBy(() -> NpyEmbeddings.open(List.of(two, three)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(three + ": expected [rows, 2] as in " + two + " but found [2, 3]");
    Path flat = npy("flat.npy", HeapArray.ofFloats(new float[6], 6));
    assertThatThrownBy(() -> NpyEmbeddings.open(List.of(flat)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(flat + ": expected [rows, width] but found [6]");
    Path none = npy("none.npy", HeapArray.ofFloats(new float[0], 0, 2));
    assertThatThrownBy(() -> NpyEmbeddings.open(List.of(none, none)))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(none + ": expected at least one row but there is none");
    assertThatThrownBy(() -> NpyEmbeddings.open(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("paths: expected at least one file");
  }

  @Test
  void should_fill_an_exact_index_with_directions() throws IOException {
    EmbeddingSource source = EmbeddingSource.of(new float[][] {{0, 3}, {-2, 0}, {3, 4}});
    try (ExactIndex index = ExactIndex.of(source, Device.cpu())) {
      assertThat(index.search(new float[] {0, 2}, SearchRequest.of(3)))
          .containsExactly(new Neighbor(0, 1), new Neighbor(2, 0.8f), new Neighbor(1, 0));
    }
    LeakCheck.assertNoLeak(
        () -> {
          try (ExactIndex index = ExactIndex.of(source, Device.cpu())) {
            assertThat(index.size()).isEqualTo(3);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  @Test
  void should_refuse_rows_without_direction_or_of_another_width() {
    EmbeddingSource zero = EmbeddingSource.of(new float[][] {{0, 3}, {0, 0}});
    assertThatThrownBy(() -> ExactIndex.of(zero, Device.cpu()))
        .isInstanceOf(MindEyeException.class)
        .hasMessage("gallery: expected a direction but row 1 has length 0");
    assertThatThrownBy(() -> EmbeddingSource.of(new float[][] {{0, 3}, {0}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rows: expected 2 numbers each but row 1 has 1");
    assertThatThrownBy(() -> EmbeddingSource.of(new float[0][]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rows: expected at least one, of at least one number");
    EmbeddingSource two = EmbeddingSource.of(new float[][] {{0, 3}, {1, 0}});
    assertThatThrownBy(() -> two.read(1, new float[4]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
