// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.formats.numpy.NpyFile;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TestEngine;

class NpyRowsTest {
  private static NpyFile open(String name) throws IOException {
    return NpyFile.open(Path.of("../mindeye-formats/src/test/resources/npy", name + ".npy"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f2_little", "f2_big", "f4_little", "f4_big", "f8_little", "f8_big", "i1_little",
        "i2_little", "i2_big", "i4_little", "i4_big", "i8_little", "i8_big", "u1_little",
        "u2_little", "u2_big", "b1_little"
      })
  void should_read_the_rows_of_every_type_and_order(String name) throws IOException {
    for (String order : new String[] {"_c", "_fortran"}) {
      try (NpyFile file = open("grid_" + name + order);
          NDManager owner = TestEngine.newManager()) {
        NpyRows rows = NpyRows.of(file);
        NDArray tensor = rows.load(1, 2, owner);
        assertThat(tensor.getShape()).isEqualTo(new Shape(1, 3, 4));
        assertThat(tensor.getDataType()).isEqualTo(TensorTypes.dataType(file.type()));
        assertThat(tensor.toType(DataType.FLOAT32, true).toFloatArray())
            .isEqualTo(file.read(1, 2).toFloats());
        assertThat(rows.load(2, 2, owner).getShape()).isEqualTo(new Shape(0, 3, 4));
      }
    }
  }

  @Test
  void should_refuse_rows_that_are_not_there_and_a_closed_file() throws IOException {
    try (NpyFile file = open("grid_f4_little_c");
        NDManager owner = TestEngine.newManager()) {
      NpyRows rows = NpyRows.of(file);
      assertThatThrownBy(() -> rows.load(1, 3, owner))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageEndingWith("grid_f4_little_c.npy: rows 1 to 3 of 2");
      file.close();
      assertThatThrownBy(() -> rows.load(0, 1, owner))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith(
              "grid_f4_little_c.npy is closed: read its rows before, or open it again");
    }
  }

  @Test
  void should_leave_nothing_behind() throws IOException {
    try (NpyFile file = open("grid_f2_big_c")) {
      NpyRows rows = NpyRows.of(file);
      LeakCheck.assertNoLeak(
          () -> {
            try (NDManager owner = TestEngine.newManager()) {
              assertThat(rows.load(0, 2, owner).getManager()).isSameAs(owner);
            }
          });
    }
  }
}
