// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.formats.tensor.MalformedFileException;

/** Files that are no checkpoints are refused in words, in time and in bounded memory. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TorchRefusalTest {
  private static final List<Map.Entry<String, String>> CASES =
      List.copyOf(MalformedPickles.all().entrySet());

  @TempDir private Path folder;

  static IntStream cases() {
    return IntStream.range(0, CASES.size());
  }

  private void assertRefused(byte[] content, String message) throws IOException {
    Path file = Files.write(folder.resolve("a.pth"), content);
    assertThatThrownBy(() -> TorchCheckpoint.open(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("a.pth")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void should_refuse_senseless_pickles(int index) throws IOException {
    assertRefused(TorchFiles.zip(CASES.get(index).getKey()), CASES.get(index).getValue());
  }

  @Test
  void should_try_enough() {
    assertThat(CASES).hasSizeGreaterThan(80);
  }

  @ParameterizedTest
  @ValueSource(ints = {ZipEntry.STORED, ZipEntry.DEFLATED})
  void should_refuse_files_cut_anywhere(int method) throws IOException {
    byte[] zip =
        TorchFiles.zip(TorchFiles.entries(TorchFiles.latin1(TorchFiles.beside("N"))), method);
    assertRefusedWhereverCut(zip);
  }

  @Test
  void should_refuse_legacy_files_cut_anywhere() throws IOException {
    assertRefusedWhereverCut(TorchFiles.legacy(TorchFiles.beside("N")));
  }

  private void assertRefusedWhereverCut(byte[] content) throws IOException {
    Path whole = Files.write(folder.resolve("a.pth"), content);
    TorchCheckpoint.open(whole).close();
    for (int length = 0; length < content.length; length++) {
      assertRefused(Arrays.copyOf(content, length), "expected");
    }
  }

  static Set<Map.Entry<String, Integer>> structures() {
    return Map.of(
            "(lq\0000" + "(h\000h\000h\000h\000lq\0000".repeat(64) + "h\000",
            0,
            "]".repeat(100_000) + "a".repeat(99_999),
            0,
            "]q\000h\000a",
            0,
            "]q\000}q\001I1\nh\001sa",
            0,
            "cos\nf\n" + ")R".repeat(100_000),
            3,
            "cos\nf\nq\0000" + "h\000".repeat(1000) + ")" + "R\u0085".repeat(1000),
            1,
            "ccollections\nOrderedDict\nq\0000" + "h\000)R".repeat(100_000) + "b".repeat(99_999),
            0,
            "cos\nf\n)Rq\000}S'self'\nh\000sb",
            1)
        .entrySet();
  }

  @ParameterizedTest
  @MethodSource("structures")
  void should_read_shared_nested_and_recursive_values(Map.Entry<String, Integer> structure)
      throws IOException {
    byte[] zip = TorchFiles.zip(structure.getKey() + ".");
    Path file = Files.write(folder.resolve("a.pth"), zip);
    try (TorchCheckpoint checkpoint = TorchCheckpoint.open(file)) {
      assertThat(checkpoint.opaque()).hasSize(structure.getValue());
      assertThat(checkpoint.root().toString()).hasSizeLessThan(100);
    }
  }

  @Test
  void should_refuse_legacy_files_that_contradict_themselves() throws IOException {
    String version = "\u0080\u0002M\u00e9\u0003.";
    String pickle = TorchFiles.beside("N");
    String keys = "(lS'0'\na.";
    assertRefused(
        TorchFiles.legacy("I1002\n.", "}.", pickle, keys, 6),
        "a.pth (legacy): expected version 1001 but found the integer 1002");
    assertRefused(
        TorchFiles.legacy(version, "N.", pickle, keys, 6),
        "expected a dictionary about the writer's machine but found a nothing");
    assertRefused(
        TorchFiles.legacy(version, "}S'little_endian'\nI00\ns.", pickle, keys, 6),
        "expected a file of a little-endian machine but found a big-endian one");
    assertRefused(
        TorchFiles.legacy(version, "}.", pickle, "N.", 6), "expected a list of the storages' keys");
    assertRefused(
        TorchFiles.legacy(version, "}.", pickle, "(lS'1'\na.", 6),
        "expected the key of a storage in use, once but found a bytes");
    assertRefused(
        TorchFiles.legacy(version, "}.", pickle, "(lS'0'\naS'0'\na.", 6),
        "expected the key of a storage in use, once but found a bytes");
    assertRefused(
        TorchFiles.legacy(version, "}.", pickle, keys, 7),
        "expected storage 0 of 7 x 4 bytes but found 24 bytes (truncated?)");
    assertRefused(
        TorchFiles.legacy(version, "}.", pickle, keys, -1), "expected storage 0 of -1 x 4 bytes");
    assertRefused(
        TorchFiles.legacy(version, "}.", pickle, keys, Long.MAX_VALUE),
        "expected storage 0 of 922");
    assertRefused(
        TorchFiles.legacy(version, "}.", pickle, keys, 5),
        "expected the end after the last storage but found 4 bytes");
    assertRefused(
        TorchFiles.legacy(version, "}.", pickle, "(l.", 5),
        "expected the end after the last storage but found 32 bytes");
    assertRefused(
        TorchFiles.legacy(
            version,
            "}.",
            TorchFiles.beside(TorchFiles.storage("HalfStorage", "S'0'\n", "I6\n")),
            keys,
            6),
        "expected one type for storage 0 but found two");
  }
}
