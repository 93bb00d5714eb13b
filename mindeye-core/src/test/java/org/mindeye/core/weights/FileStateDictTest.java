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
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.torch.TorchCheckpoint;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TestEngine;

/** Files of other formats as the engine's tensors; their content is tested with the formats. */
class FileStateDictTest {
  private static Path checkpoint(String name) {
    return Path.of("../mindeye-formats/src/test/resources/torch", name + ".pth");
  }

  private static StateDict open(String name) throws IOException {
    return StateDict.of(TorchCheckpoint.open(checkpoint(name)).stateDict());
  }

  @ParameterizedTest
  @ValueSource(strings = {"types", "types_legacy", "views", "module"})
  void should_give_the_elements_that_the_file_holds(String name) throws IOException {
    try (NDManager manager = TestEngine.newManager();
        TorchCheckpoint file = TorchCheckpoint.open(checkpoint(name));
        StateDict weights = open(name)) {
      assertThat(weights.names()).hasSizeGreaterThan(5);
      for (String tensor : weights.names()) {
        NDArray loaded = weights.load(tensor, manager);
        assertThat(loaded.getShape()).isEqualTo(TensorTypes.shape(weights.info(tensor).shape()));
        assertThat(loaded.getDataType())
            .isEqualTo(TensorTypes.dataType(weights.info(tensor).type()));
        assertThat(loaded.toType(DataType.FLOAT32, true).toFloatArray())
            .as(tensor)
            .isEqualTo(file.stateDict().floats(tensor));
      }
    }
  }

  @Test
  void should_copy_into_a_tensor() throws IOException {
    try (NDManager manager = TestEngine.newManager();
        StateDict weights = open("views")) {
      NDArray target = manager.zeros(new Shape(4, 3));
      weights.copyInto("transposed", target);
      assertThat(target.toFloatArray())
          .containsExactly(0, 2, 4, .5f, 2.5f, 4.5f, 1, 3, 5, 1.5f, 3.5f, 5.5f);
      assertThatThrownBy(() -> weights.copyInto("cube", target))
          .hasMessageContaining("views.pth: tensor 'cube' is (2, 3, 4) but its target is (4, 3)");
      assertThat(target.getDataType()).isEqualTo(DataType.FLOAT32);
    }
  }

  @Test
  void should_hand_over_windows_of_whole_rows(@TempDir Path folder) throws IOException {
    int wide = TensorTransfer.WINDOW / 4 / 2 - 1; // two rows a window
    float[] values = new float[5 * wide];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 1_000_003;
    }
    Path file = folder.resolve("rows.safetensors");
    try (NDManager manager = TestEngine.newManager()) {
      NDArray tensor = manager.create(values, new Shape(5, wide));
      NDArray scalar = manager.create(3f);
      WeightFiles.write(file, Map.of("rows", tensor, "scalar", scalar), Map.of());
    }
    List<Long> firsts = new ArrayList<>();
    float[] read = new float[values.length];
    StateDict.RowReader reader =
        (first, rows) -> {
          firsts.add(first);
          float[] part = rows.toFloatArray();
          System.arraycopy(part, 0, read, (int) first * wide, part.length);
        };
    try (StateDict weights = WeightFiles.open(file)) {
      StateDict renamed = weights.renamed(name -> "my." + name);
      renamed.forEachRows("my.rows", reader, Device.cpu());
      assertThat(firsts).containsExactly(0L, 2L, 4L);
      assertThat(read).isEqualTo(values);
      weights.forEachRows("scalar", reader, Device.cpu());
      assertThat(read[0]).isEqualTo(3);
      DerivedStateDict.from(weights)
          .addRows("last", "rows", 3, 5)
          .build()
          .forEachRows("last", (first, rows) -> reader.read(first + 3, rows), Device.cpu());
      assertThat(firsts).containsExactly(0L, 2L, 4L, 0L, 3L);
      assertThat(read[3 * wide]).isEqualTo(values[3 * wide]);
      LeakCheck.assertNoLeak(
          3, () -> weights.forEachRows("rows", (first, rows) -> {}, Device.cpu()));
    }
  }

  @Test
  void should_close_with_its_file() throws IOException {
    try (NDManager manager = TestEngine.newManager()) {
      StateDict weights = open("module");
      String first = weights.names().iterator().next();
      weights.close();
      weights.close();
      assertThatThrownBy(() -> weights.load(first, manager))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("module.pth is closed: read tensor '" + first + "' before");
    }
  }

  @Test
  void should_leave_no_tensor_behind(@TempDir Path folder) throws IOException {
    Path archive = folder.resolve("weights.npz");
    Npz.write(archive, Map.of("half", HeapArray.ofHalves(new float[] {1.5f, -2}, 2, 1)));
    LeakCheck.assertNoLeak(
        () -> {
          try (NDManager manager = TestEngine.newManager();
              StateDict views = open("views");
              StateDict arrays = WeightFiles.open(archive)) {
            views.load("expanded", manager);
            views.copyInto("element", manager.zeros(new Shape()));
            NDArray half = arrays.load("half", manager);
            arrays.copyInto("half", half);
            assertThat(half.toFloatArray()).containsExactly(1.5f, -2);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
