// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.MindEyeException;
import org.mindeye.formats.Mutations;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

class NpzTest {
  @TempDir private static Path folder;

  private static Path fixture(String name) {
    return Path.of("src/test/resources/npy", name + ".npz");
  }

  private static Path file(byte[] content) throws IOException {
    Path path = folder.resolve("x.npz");
    Files.write(path, content);
    return path;
  }

  /** An archive of one entry. */
  private static Path archive(String name, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
    return file(bytes.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"stored", "deflated"})
  void should_read_what_numpy_writes(String name) throws IOException {
    Map<String, HeapArray> arrays = Npz.read(fixture(name));
    assertThat(arrays.keySet()).containsExactly("grid", "ids", "folder/half", "empty");
    float[] counted = new float[24];
    IntStream.range(0, 24).forEach(i -> counted[i] = i);
    assertThat(arrays.get("grid")).isEqualTo(HeapArray.ofFloats(counted, 2, 3, 4));
    assertThat(arrays.get("ids").toLongs()).containsExactly(0, 1, 2, 3, 4);
    assertThat(arrays.get("folder/half")).isEqualTo(HeapArray.ofHalves(new float[] {0.5f, -2}, 2));
    assertThat(arrays.get("empty").shape()).containsExactly(0, 4);
    assertThatThrownBy(arrays::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void should_write_what_it_reads_the_same_every_time() throws IOException {
    Path first = folder.resolve("a.npz");
    Path second = folder.resolve("b.npz");
    Map<String, HeapArray> arrays = Npz.read(fixture("stored"));
    Npz.write(first, arrays);
    assertThat(Npz.read(first)).containsExactlyEntriesOf(arrays);
    Npz.write(second, new LinkedHashMap<>(arrays));
    assertThat(second).hasSameBinaryContentAs(first);
    Npz.write(second, Map.of());
    assertThat(Npz.read(second)).isEmpty();
  }

  @Test
  void should_unpack_no_more_than_the_limit() throws IOException {
    long elements = 24 * 4 + 5 * 2 + 2 * 2;
    assertThat(Npz.read(fixture("deflated"), elements)).hasSize(4);
    assertThatThrownBy(() -> Npz.read(fixture("deflated"), elements - 1))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageEndingWith(
            "deflated.npz!folder/half.npy: expected at most 3 bytes of elements here but found 4"
                + " bytes");
    byte[] bomb = Npy.encode(HeapArray.ofFloats(new float[1 << 20], 1 << 20));
    Path small = archive("bomb.npy", bomb);
    assertThat(Files.size(small)).isLessThan(1 << 13);
    assertThatThrownBy(() -> Npz.read(small, 1 << 20))
        .hasMessageEndingWith("at most 1048576 bytes of elements here but found 4194304 bytes");
  }

  @Test
  void should_compare_all_arrays_with_the_heap_before_it_unpacks_any() throws IOException {
    try (NpzFile archive = NpzFile.open(fixture("deflated"))) {
      HeapBudget small = new HeapBudget(109);
      assertThatThrownBy(() -> archive.arrays(Npz.DEFAULT_LIMIT, small))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("deflated.npz: needs 1 MiB of Java heap, but this process has")
          .hasMessageEndingWith("or read its arrays one by one with TensorFiles.open");
      assertThat(archive.arrays(Npz.DEFAULT_LIMIT, new HeapBudget(110))).hasSize(4);
    }
  }

  @Test
  void should_refuse_what_is_not_an_archive_of_arrays() throws IOException {
    Path text = file("hello".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Npz.read(text))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(text + ": expected a NumPy archive (.npz) but found a text that ");
    Path other = archive("readme.txt", new byte[3]);
    assertThatThrownBy(() -> Npz.read(other))
        .hasMessage(other + "!readme.txt: expected a name that ends with .npy but found another");
    Path longer = archive("a.npy", new byte[3]);
    assertThatThrownBy(() -> Npz.read(longer))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(longer + "!a.npy: expected a NumPy file");
    assertThatThrownBy(() -> Npz.read(folder.resolve("absent.npz")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void should_notice_damaged_content_and_repeated_names() throws IOException {
    byte[] content = Files.readAllBytes(fixture("stored"));
    String text = new String(content, StandardCharsets.ISO_8859_1);
    byte[] damaged = content.clone();
    damaged[text.indexOf("\n") + 5] ^= 1;
    Path path = file(damaged);
    assertThatThrownBy(() -> Npz.read(path))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(path + "!grid.npy: expected content with the checksum 23536fa3");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : new String[] {"a.npy", "b.npy"}) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(Npy.encode(HeapArray.ofFloats(new float[1], 1)));
      }
    }
    String renamed = bytes.toString(StandardCharsets.ISO_8859_1).replace("b.npy", "a.npy");
    Path doubled = file(renamed.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Npz.read(doubled))
        .hasMessage(doubled + " (zip): expected one entry 'a.npy' but found two");
  }

  @Test
  void should_answer_every_mutated_archive_with_arrays_or_a_clear_refusal() throws IOException {
    assertThat(mutate("stored", 1000)).isGreaterThan(500);
    assertThat(mutate("deflated", 1000)).isGreaterThan(500);
  }

  @Test
  @Tag("slow")
  void should_answer_very_many_mutated_archives() throws IOException {
    assertThat(mutate("deflated", 100_000)).isGreaterThan(50_000);
  }

  private static int mutate(String fixture, int count) throws IOException {
    byte[] good = Files.readAllBytes(fixture(fixture));
    return Mutations.answered(
        good, good.length, count, content -> Npz.read(file(content), 1 << 20));
  }
}
