// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

/** Tensors that are computed from a file's. */
class ComputedTensorsTest {
  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private StateDict file;
  private StateDict doubled;

  @BeforeEach
  void write() throws IOException {
    Path path = folder.resolve("weights.safetensors");
    NDArray half =
        DataTypes.convert(
            Torch.copy(manager, new float[] {1, 2, 3, 4}, new Shape(2, 2)), DataType.BFLOAT16);
    NDArray factor = Torch.copy(manager, new float[] {2}, new Shape(1));
    WeightFiles.write(path, Map.of("weight", half, "factor", factor), Map.of());
    file = WeightFiles.open(path);
    doubled =
        DerivedStateDict.from(file)
            .add("factor", "factor")
            .addComputed("product", "weight", w -> w.mul(file.load("factor", w.getManager())))
            .build();
  }

  @AfterEach
  void close() {
    doubled.close();
  }

  @Test
  void should_be_read_as_float32_in_any_way() {
    assertThat(doubled.names()).containsExactly("factor", "product");
    assertThat(doubled.info("product").shape()).isEqualTo(file.info("weight").shape());
    assertThat(doubled.load("product", manager).toFloatArray()).containsExactly(2, 4, 6, 8);
    NDArray target = manager.zeros(new Shape(2, 2));
    doubled.copyInto("product", target);
    assertThat(target.toFloatArray()).containsExactly(2, 4, 6, 8);
    NDArray half = DataTypes.empty(manager, new Shape(2, 2), DataType.BFLOAT16);
    doubled.copyInto("product", half);
    assertThat(DataTypes.toFloat32(half).toFloatArray()).containsExactly(2, 4, 6, 8);
    doubled.forEachRows(
        "product",
        (first, rows) -> assertThat(rows.toFloatArray()).containsExactly(2, 4, 6, 8),
        Device.cpu());
    assertThat(file.load("weight", manager).toFloatArray()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void should_leave_nothing_behind() {
    NDArray target = manager.zeros(new Shape(2, 2));
    LeakCheck.assertNoLeak(
        () -> {
          doubled.load("product", manager).close();
          doubled.copyInto("product", target);
        });
  }

  @Test
  void should_refuse_what_is_not_there_and_names_that_are_taken() {
    DerivedStateDict.Builder builder = DerivedStateDict.from(file).add("a", "weight");
    assertThatThrownBy(() -> builder.addComputed("b", "other", w -> w))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no tensor is called 'other'");
    assertThatThrownBy(() -> builder.addComputed("a", "factor", w -> w))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("one tensor that is called 'a' here");
  }
}
