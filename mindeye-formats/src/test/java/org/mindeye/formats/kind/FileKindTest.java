// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.formats.TensorFiles;
import org.mindeye.formats.tensor.MalformedFileException;

class FileKindTest {
  /** What {@link TensorFiles#open} reads, or answers with its own words. */
  private static final Set<FileKind> READ =
      EnumSet.of(
          FileKind.SAFETENSORS,
          FileKind.SHARD_INDEX,
          FileKind.NPZ,
          FileKind.NPY,
          FileKind.TORCH,
          FileKind.PICKLE,
          FileKind.CUT_ZIP);

  @TempDir private static Path folder;

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] at(int position, String mark, int length) {
    byte[] bytes = new byte[length];
    System.arraycopy(latin(mark), 0, bytes, position, mark.length());
    return bytes;
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] zip(String... names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(latin("content"));
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] resource(String name) throws IOException {
    return Files.readAllBytes(Path.of("src/test/resources").resolve(name));
  }

  static Stream<Arguments> files() throws IOException {
    byte[] nifti = at(344, "n+1\0", 400);
    byte[] page = latin("\n<!-- x --><!DOCTYPE html><html><head></head></html>");
    byte[] checkpoint = resource("torch/training.pth");
    byte[] safetensors =
        Files.readAllBytes(Path.of("src/test/resources/safetensors/types.safetensors"));
    return Stream.of(
        arguments(FileKind.EMPTY, new byte[0]),
        arguments(
            FileKind.LFS_POINTER,
            latin("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")),
        arguments(FileKind.HTML, latin("<!DOCTYPE html>\n<title>Sign in</title>")),
        arguments(FileKind.HTML, page),
        arguments(FileKind.XML, latin("\u00ef\u00bb\u00bf<?xml version=\"1.0\"?><Error/>")),
        arguments(FileKind.SHARD_INDEX, latin("{\"metadata\": {\"x\": [1]}, \"weight_map\": {}}")),
        arguments(FileKind.JSON, latin("{\"model\":{\"hidden\": 4096}}")),
        arguments(FileKind.JSON, latin("[1, 2]")),
        arguments(FileKind.JSON, latin("{\"cut\":")),
        arguments(FileKind.SAFETENSORS, safetensors),
        arguments(FileKind.SAFETENSORS, Arrays.copyOf(safetensors, safetensors.length - 1)),
        arguments(FileKind.NPY, resource("npy/grid_f4_little_c.npy")),
        arguments(FileKind.NPZ, resource("npy/stored.npz")),
        arguments(FileKind.TORCH, checkpoint),
        arguments(FileKind.TORCH_SCRIPT, resource("torch/program.pth")),
        arguments(FileKind.PICKLE, new byte[] {(byte) 0x80, 4, '}', '.'}),
        arguments(FileKind.CUT_ZIP, Arrays.copyOf(checkpoint, checkpoint.length - 30)),
        arguments(FileKind.EMPTY_ZIP, at(0, "PK\u0005\u0006", 22)),
        arguments(FileKind.KERAS, zip("metadata.json", "config.json", "model.weights.h5")),
        arguments(FileKind.ZIP, zip("readme.txt", "weights.npy")),
        arguments(FileKind.TAR, at(257, "ustar", 1024)),
        arguments(FileKind.GZIP, gzip(latin("numbers"))),
        arguments(FileKind.GZIP, Arrays.copyOf(gzip(nifti), 12)),
        arguments(FileKind.NIFTI_GZ, gzip(nifti)),
        arguments(FileKind.TAR_GZ, gzip(at(257, "ustar", 1024))),
        arguments(FileKind.BZIP2, latin("BZh91AY&SY")),
        arguments(FileKind.XZ, latin("\u00fd7zXZ\0\0\4")),
        arguments(FileKind.ZSTD, latin("(\u00b5/\u00fd\0")),
        arguments(FileKind.LZ4, latin("\4\"M\30d")),
        arguments(FileKind.SEVEN_ZIP, latin("7z\u00bc\u00af'\34\0\4")),
        arguments(FileKind.RAR, latin("Rar!\32\7\1\0")),
        arguments(FileKind.HDF5, latin("\u0089HDF\r\n\32\n\0\0")),
        arguments(FileKind.MAT_73, at(0, "MATLAB 7.3 MAT-file, Platform: GLNXA64", 600)),
        arguments(FileKind.MAT, at(0, "MATLAB 5.0 MAT-file Platform: posix", 200)),
        arguments(FileKind.NIFTI, nifti),
        arguments(FileKind.NIFTI, at(4, "n+2\0\r\n\32\n", 540)),
        arguments(FileKind.ONNX, latin("\b\7\22\7pytorch\32\0052.7.1")),
        arguments(FileKind.TFLITE, latin("\34\0\0\0TFL3")),
        arguments(FileKind.TENSORFLOW, at(40, "W\u00fb\u0080\u008b$uG\u00db", 48)),
        arguments(FileKind.GGUF, latin("GGUF\3\0\0\0")),
        arguments(FileKind.PNG, latin("\u0089PNG\r\n\32\n\0")),
        arguments(FileKind.JPEG, latin("\u00ff\u00d8\u00ff\u00e0\0")),
        arguments(FileKind.PDF, latin("%PDF-1.7\n")),
        arguments(FileKind.TEXT, latin("Access denied\n")),
        arguments(FileKind.UNKNOWN, new byte[] {1, 2, 3}));
  }

  @ParameterizedTest
  @MethodSource("files")
  void should_know_files_by_their_content(FileKind kind, byte[] content) throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.write(file, content);
    assertThat(FileKind.detect(file)).isEqualTo(kind);
    String words = kind.toString().replaceFirst(":.*", "");
    assertThat(FileKind.describe(file)).startsWith(words).endsWith(kind.advice());
    assertThat(kind.advice()).isNotBlank();
    if (!READ.contains(kind)) {
      assertThatThrownBy(() -> TensorFiles.open(file))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageStartingWith(file + ": expected a ")
          .hasMessageContaining(" but found " + words)
          .hasMessageEndingWith(kind.advice());
    }
  }

  @Test
  void should_have_tried_every_kind() throws IOException {
    Set<Object> tried = files().map(row -> row.get()[0]).collect(Collectors.toSet());
    assertThat(FileKind.values())
        .filteredOn(kind -> !tried.contains(kind))
        .containsExactly(FileKind.FOLDER);
  }

  @Test
  void should_say_what_is_in_a_folder(@TempDir Path given) throws IOException {
    assertThat(FileKind.describe(given)).isEqualTo("a folder without files: give a file in it");
    for (String name : List.of("e", "d", "c", "b", "a", ".hidden")) {
      Files.writeString(given.resolve(name), name);
    }
    assertThatThrownBy(() -> TensorFiles.open(given))
        .hasMessage(
            given
                + ": expected a safetensors file, a checkpoint of torch, or a NumPy file but found"
                + " a folder of a, b, c, d, …: give a file in it");
  }

  @Test
  void should_show_the_first_bytes_of_an_unknown_file() throws IOException {
    Path file = folder.resolve("x");
    Files.write(file, new byte[20]);
    assertThatThrownBy(() -> TensorFiles.open(file))
        .hasMessageEndingWith(
            "a file of an unknown kind that begins with 00 00 00 00 00 00 00 00 00 00 00 00 00"
                + " 00 00"
                + " 00: is it complete, and the right one?");
  }

  @Test
  void should_think_of_a_download_where_the_end_is_missing() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of("src/test/resources/safetensors/types.safetensors"));
    for (Map.Entry<String, byte[]> cut :
        Map.of(
                "data", Arrays.copyOf(whole, whole.length - 1),
                "header", Arrays.copyOf(whole, 40),
                "zip", Arrays.copyOf(resource("torch/training.pth"), 4000),
                "archive", Arrays.copyOf(resource("npy/stored.npz"), 500))
            .entrySet()) {
      Path file = folder.resolve(cut.getKey());
      Files.write(file, cut.getValue());
      assertThatThrownBy(() -> TensorFiles.open(file))
          .as(cut.getKey())
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("(an incomplete download?)");
    }
  }
}
