// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.formats.numpy.NpyFile;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.safetensors.Safetensors;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.torch.TorchCheckpoint;

class FolderAsFileTest {
  @TempDir private Path folder;

  private interface Reader {
    Object read(Path file) throws IOException;
  }

  static Stream<Named<Reader>> readers() {
    return Stream.of(
        Named.of("weights", TensorFiles::open),
        Named.of("safetensors", Safetensors::open),
        Named.of("torch", TorchCheckpoint::open),
        Named.of("npy", NpyFile::open),
        Named.of("npz", Npz::open));
  }

  @ParameterizedTest
  @MethodSource("readers")
  void should_say_that_it_is_a_folder_and_what_is_in_it(Reader reader) throws IOException {
    Files.createFile(folder.resolve("model.safetensors"));

    assertThatThrownBy(() -> reader.read(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(folder + ": expected a")
        .hasMessageEndingWith("but found a folder of model.safetensors: give a file in it");
  }
}
