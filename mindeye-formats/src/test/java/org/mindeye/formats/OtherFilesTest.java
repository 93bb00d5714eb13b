// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.numpy.NpyFile;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.safetensors.Safetensors;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.torch.TorchCheckpoint;

/** Whichever reader gets a file of another kind says what it is, and what to do. */
class OtherFilesTest {
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

  @ParameterizedTest
  @MethodSource("readers")
  void should_say_that_it_is_a_file_of_another_kind(Reader reader) throws IOException {
    Path page = Files.writeString(folder.resolve("a.npz"), "<!doctype html><html>no</html>");
    assertThatThrownBy(() -> reader.read(page))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(page + ": expected a")
        .hasMessageEndingWith("but found " + FileKind.HTML);

    byte[] tar = new byte[1024];
    tar[257] = 'u';
    tar[258] = 's';
    tar[259] = 't';
    tar[260] = 'a';
    tar[261] = 'r';
    Path packed = folder.resolve("b.npz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(tar);
    }
    assertThatThrownBy(() -> reader.read(packed))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(packed + ": expected a")
        .hasMessageContaining(
            "but found a compressed tar archive (.tar.gz): unpack it (tar -xzf) and give the file");
  }

  @Test
  void should_say_what_a_reader_is_that_gets_the_file_of_another() throws IOException {
    Path array = Files.write(folder.resolve("a.npz"), Npy.encode(HeapArray.ofInts(new int[1], 1)));
    assertThatThrownBy(() -> Npz.open(array))
        .hasMessage(
            array
                + ": expected a NumPy archive (.npz) but found a NumPy array (.npy): pass it"
                + " where one array is expected");
    assertThatThrownBy(() -> Safetensors.open(array)).hasMessageContaining("a NumPy array (.npy)");
    Path weights = Path.of("src/test/resources/safetensors/types.safetensors");
    assertThatThrownBy(() -> Npy.read(weights)).hasMessageContaining("found a safetensors file:");
    assertThatThrownBy(() -> TorchCheckpoint.open(weights))
        .hasMessageContaining("expected a checkpoint of torch but found a safetensors file:");
  }
}
