package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.kernel.Torch;

class RowWriterTest {
  @TempDir private Path folder;

  private static void fill(RowWriter writer) throws IOException {
    writer.add("tokens", NpyArray.ofFloats(new float[] {1, 2, 3, 4}, 2, 1, 2));
    writer.add("keys", NpyArray.ofBytes(new byte[] {'a', 'b'}, 2, 1));
    writer.add("ids", NpyArray.ofLongs(new long[] {1L << 40, -1}, 2));
    writer.add("tokens", NpyArray.ofFloats(new float[] {5, 6}, 1, 1, 2));
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
    try (StateDict read = WeightFiles.open(file);
        NDManager manager = Torch.newManager(Device.cpu())) {
      assertThat(read.names()).containsExactlyInAnyOrder("tokens", "keys", "ids");
      assertThat(read.info("tokens").shape()).isEqualTo(new Shape(3, 1, 2));
      assertThat(read.load("tokens", manager).toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(read.load("ids", manager).toLongArray()).containsExactly(1L << 40, -1);
      assertThat(read.load("keys", manager).toByteArray()).containsExactly('a', 'b');
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
  void should_write_the_same_bytes_as_the_writer_of_tensors() throws IOException {
    Path rows = folder.resolve("rows.safetensors");
    Path tensors = folder.resolve("tensors.safetensors");
    try (RowWriter writer = RowWriter.create(rows);
        NDManager manager = Torch.newManager(Device.cpu())) {
      fill(writer);
      writer.publish();
      try (StateDict read = Safetensors.open(rows)) {
        Safetensors.write(tensors, read, java.util.Map.of());
      }
    }
    assertThat(rows).hasSameBinaryContentAs(tensors);
  }

  @Test
  void should_refuse_rows_that_do_not_fit() throws IOException {
    try (RowWriter writer = RowWriter.create(folder.resolve("rows.npz"))) {
      fill(writer);
      assertThatThrownBy(() -> writer.add("ids", NpyArray.ofLongs(new long[2], 1, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("array 'ids': expected rows of INT64 [2] but was INT64 [1, 2]");
      assertThatThrownBy(() -> writer.add("ids", NpyArray.ofInts(new int[2], 2)))
          .hasMessage("array 'ids': expected rows of INT64 [2] but was INT32 [2]");
      assertThatThrownBy(() -> writer.add("a\"b", NpyArray.ofInts(new int[2], 2)))
          .hasMessage("array 'a\"b': expected a name of letters, digits and underscores");
    }
    assertThatThrownBy(() -> RowWriter.create(folder.resolve("rows.pt")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            folder.resolve("rows.pt") + ": expected a name that ends with .npz or .safetensors");
  }
}
