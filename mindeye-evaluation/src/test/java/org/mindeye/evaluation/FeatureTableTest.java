// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class FeatureTableTest {
  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  private NDArray rows(float... values) {
    return Torch.copy(manager, values, new Shape(values.length / 3, 3));
  }

  private static double[] read(FeatureTable table, int row) throws IOException {
    double[] values = new double[3];
    table.standardized(row, 0, 3, values, 0);
    return values;
  }

  @Test
  void should_give_the_same_numbers_from_heap_and_file() throws IOException {
    try (FeatureTable heap = FeatureTable.onHeap("heap", 3, 3);
        FeatureTable file = FeatureTable.inFile("file", 3, 3, folder)) {
      for (FeatureTable table : new FeatureTable[] {heap, file}) {
        table.add(rows(1, 2, 3));
        table.add(rows(7, 8, 12, -0f, 0, 1));
        assertThat(table.images()).isEqualTo(3);
        assertThat(table.width()).isEqualTo(3);
        double half = Math.sqrt(0.5);
        assertThat(read(table, 0)).containsExactly(new double[] {-half, 0, half}, within(1e-15));
        double[] window = new double[5];
        table.standardized(1, 1, 2, window, 2);
        assertThat(window)
            .containsExactly(
                new double[] {0, 0, -1 / Math.sqrt(14), 3 / Math.sqrt(14), 0}, within(1e-15));
      }
      assertThat(read(file, 2)).containsExactly(read(heap, 2));
    }
  }

  @Test
  void should_know_rows_that_are_equal_and_rows_that_are_constant() {
    FeatureTable table =
        FeatureTable.of("originals", rows(1, 2, 3, 0, 0, 1, 1, 2, 3, 5, 5, 5, -0f, 0, 1));
    assertThat(new int[] {table.twin(0), table.twin(1), table.twin(2), table.twin(4)})
        .containsExactly(0, 1, 0, 1);
    assertThat(table.isConstant(3)).isTrue();
    assertThat(table.isConstant(0)).isFalse();
  }

  @Test
  void should_delete_its_file() throws IOException {
    FeatureTable table = FeatureTable.inFile("originals", 1, 3, folder);
    table.add(rows(1, 2, 3));
    table.close();
    table.close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void should_refuse_what_it_cannot_hold() throws IOException {
    assertThatThrownBy(() -> FeatureTable.onHeap("originals", 0, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("features: expected at least 1 image and 1 feature but was images=0, width=3");
    assertThatThrownBy(() -> FeatureTable.inFile("originals", 1, 3, folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
    try (FeatureTable table = FeatureTable.onHeap("originals", 1, 3)) {
      assertThatThrownBy(() -> table.add(manager.ones(new Shape(1, 4))))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage("originals: expected 3 features of an image but was (1, 4)");
      table.add(rows(1, 2, 3));
      assertThatThrownBy(() -> table.add(rows(1, 2, 3)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("originals: the table is full with 1 image; make a larger one");
    }
  }

  @Test
  void should_leave_nothing_behind() {
    NDArray rows = rows(1, 2, 3, 4, 5, 7);
    LeakCheck.assertNoLeak(() -> FeatureTable.of("originals", rows));
  }
}
