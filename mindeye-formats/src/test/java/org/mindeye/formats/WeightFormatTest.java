// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorFile;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;

class WeightFormatTest {
  @TempDir private Path folder;

  private Path archive() throws IOException {
    Map<String, HeapArray> arrays = new LinkedHashMap<>();
    arrays.put("half", HeapArray.ofHalves(new float[] {1.5f, -2}, 2, 1));
    arrays.put("scalar", HeapArray.ofLongs(new long[] {7}));
    Path file = folder.resolve("weights.bin");
    Npz.write(file, arrays);
    return file;
  }

  @Test
  void should_know_every_format_by_its_content() throws IOException {
    Path array = folder.resolve("array");
    Npy.write(array, HeapArray.ofFloats(new float[] {1}, 1));
    assertThat(WeightFormat.detect(array)).isEqualTo(WeightFormat.NPY);
    assertThat(WeightFormat.detect(archive())).isEqualTo(WeightFormat.NPZ);
    assertThat(WeightFormat.detect(Path.of("src/test/resources/safetensors/types.safetensors")))
        .isEqualTo(WeightFormat.SAFETENSORS);
    Path pickle = folder.resolve("pickle");
    Files.write(pickle, new byte[] {(byte) 0x80, 2});
    assertThat(WeightFormat.detect(pickle)).isEqualTo(WeightFormat.TORCH);
    Path zip = folder.resolve("zip");
    Files.write(zip, new byte[] {'P', 'K', 3, 4});
    assertThat(WeightFormat.detect(zip)).isEqualTo(WeightFormat.TORCH);
  }

  @Test
  void should_open_an_archive_of_arrays() throws IOException {
    try (TensorFile weights = TensorFiles.open(archive())) {
      assertThat(weights.names()).containsExactly("half", "scalar");
      assertThat(weights.info("half"))
          .isEqualTo(new TensorInfo("half", ElementType.FLOAT16, new TensorShape(2, 1)));
      assertThat(weights.floats("half")).containsExactly(1.5f, -2);
      assertThat(weights.array("scalar").toLongs()).containsExactly(7);
      assertThatThrownBy(() -> weights.info("other"))
          .hasMessageEndingWith("weights.bin: no tensor is called 'other'");
    }
  }

  @Test
  void should_refuse_an_array_without_a_name() throws IOException {
    Path file = folder.resolve("array.npy");
    Npy.write(file, HeapArray.ofFloats(new float[] {1}, 1));
    assertThatThrownBy(() -> TensorFiles.open(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            file
                + ": expected named tensors but found one array without a name (.npy): read it with"
                + " Npy or NpyFile, or give it a name in Python, numpy.savez('x.npz',"
                + " name=numpy.load('x.npy'))");
  }
}
