// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.jvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.MindEyeException;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.io.Sha256;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.jvector.BuildListener.Stage;
import org.mindeye.testkit.ClusteredRows;
import org.mindeye.testkit.disk.WatchedDisk;

/** What is on the disk: whole or absent, and checked. */
class JVectorFolderTest {
  private static final JVectorConfig SMALL =
      JVectorConfig.standard().withGraph(4, 8).withThreads(2);

  @TempDir private static Path shared;
  @TempDir private Path own;

  @BeforeAll
  static void build() throws IOException {
    JVectorIndex.build(source(), shared.resolve("index"), SMALL);
  }

  private static EmbeddingSource source() {
    return UnevenIds.of(ClusteredRows.draw(300, 8, 4));
  }

  private Path copy() throws IOException {
    Path copy = own.resolve("copy");
    if (Files.exists(copy)) {
      Folders.delete(copy);
    }
    Files.createDirectory(copy);
    try (Stream<Path> files = Files.list(shared.resolve("index"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static void change(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void should_refuse_a_manifest_of_which_any_byte_was_changed() throws IOException {
    Path copy = copy();
    Path manifest = copy.resolve("index.json");
    byte[] bytes = Files.readAllBytes(manifest);
    for (int at = 0; at < bytes.length; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= (byte) (at % 3 == 0 ? 1 : at % 3 == 1 ? 0x20 : 0x80);
      Files.write(manifest, changed);
      assertThatThrownBy(() -> JVectorIndex.open(copy))
          .as("byte %d", at)
          .isInstanceOf(MalformedFileException.class)
          .hasMessage(
              manifest
                  + ": expected content with the sum that it states but found another (damaged or"
                  + " edited); build the index again");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vectors.npy", "ids.npy", "codes.pq", "graph.jvector"})
  void should_refuse_a_file_of_which_any_byte_of_the_header_was_changed(String name)
      throws IOException {
    Path copy = copy();
    Path file = copy.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    List<Integer> places = new ArrayList<>();
    for (int at = 0; at < 128; at++) {
      places.add(at);
      places.add(bytes.length - 1 - at);
    }
    for (int at : places) {
      change(file, at);
      assertThatThrownBy(() -> JVectorIndex.open(copy))
          .as("byte %d", at)
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining(file.toString())
          .hasMessageEndingWith("(damaged or replaced); build the index again");
      Files.write(file, bytes);
    }
    JVectorIndex.open(copy).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"vectors.npy", "ids.npy", "codes.pq", "graph.jvector"})
  void should_find_every_changed_byte_when_all_are_compared(String name) throws IOException {
    Path copy = copy();
    JVectorIndex.verify(copy);
    Path file = copy.resolve(name);
    change(file, (int) Files.size(file) / 2);
    assertThatThrownBy(() -> JVectorIndex.verify(copy))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(file + ": expected content with the sum");
  }

  @ParameterizedTest
  @ValueSource(strings = {"vectors.npy", "ids.npy", "codes.pq", "graph.jvector"})
  void should_name_a_file_that_is_truncated_or_missing(String name) throws IOException {
    Path copy = copy();
    Path file = copy.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> JVectorIndex.open(copy))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            file
                + ": expected "
                + bytes.length
                + " bytes as in index.json but found "
                + (bytes.length - 1)
                + " (truncated?); build the index again");
    Files.delete(file);
    assertThatThrownBy(() -> JVectorIndex.open(copy))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            file
                + ": expected a file that index.json lists but found none; build the index"
                + " again");
  }

  private Path edited(String before, String after) throws IOException {
    Path copy = copy();
    Path manifest = copy.resolve("index.json");
    String text = Files.readString(manifest).replace(before, after);
    String noSum =
        text.replaceAll("\"sum\" : \"[0-9a-f]{64}\"", "\"sum\" : \"" + "0".repeat(64) + "\"");
    String sum = Sha256.of(noSum.getBytes(StandardCharsets.UTF_8));
    Files.writeString(manifest, noSum.replace("0".repeat(64), sum));
    return copy;
  }

  @Test
  void should_refuse_an_index_of_another_version() throws IOException {
    Path later = edited("\"format\" : 1", "\"format\" : 2");
    assertThatThrownBy(() -> JVectorIndex.open(later))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            later.resolve("index.json")
                + ": expected format 1 but found format 2; open it with the version of the library"
                + " that built it, or build it again");
    Path graph = edited("\"graph\" : 6", "\"graph\" : 99");
    assertThatThrownBy(() -> JVectorIndex.open(graph))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            graph.resolve("index.json")
                + ": expected a graph of version 6 or earlier but found version 99 of JVector"
                + " 4.0.2; open it with the version of the library that built it, or build it"
                + " again");
  }

  @Test
  void should_say_that_there_is_no_index() {
    assertThatThrownBy(() -> JVectorIndex.open(own))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            own
                + ": expected the folder of a gallery that JVectorIndex.build made, with"
                + " index.json but found none in it");
    assertThatThrownBy(() -> JVectorIndex.open(own.resolve("none")))
        .hasMessageEndingWith("but found no such folder");
  }

  @Test
  void should_leave_nothing_when_the_disk_is_full() throws IOException {
    List<String> changes = new ArrayList<>();
    JVectorIndex.build(source(), WatchedDisk.watch(own.resolve("whole"), changes::add), SMALL);
    Folders.delete(own.resolve("whole"));
    assertThat(changes.size()).isGreaterThan(10);
    int step = Math.max(1, changes.size() / 15); // moments from the first to the last
    for (int full = 0; full < changes.size(); full += step) {
      int[] left = {full};
      Path target =
          WatchedDisk.watch(
              own.resolve("index"),
              change -> {
                if (left[0]-- == 0) {
                  throw new IOException("No space left on device");
                }
              });
      try {
        JVectorIndex.build(source(), target, SMALL);
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left on device");
      }
      try (Stream<Path> files = Files.list(own)) {
        List<Path> there = files.toList();
        if (!there.isEmpty()) { // the disk was full after the index got its name
          assertThat(there).containsExactly(own.resolve("index"));
          JVectorIndex.verify(own.resolve("index"));
          Folders.delete(own.resolve("index"));
        }
      }
    }
  }

  @Test
  void should_leave_nothing_of_a_build_that_fails_or_is_interrupted() throws IOException {
    float[][] rows = ClusteredRows.draw(300, 8, 4);
    rows[299] = new float[8];
    assertThatThrownBy(
            () -> JVectorIndex.build(EmbeddingSource.of(rows), own.resolve("zero"), SMALL))
        .isInstanceOf(MindEyeException.class)
        .hasMessage("gallery: expected a direction but row 299 has length 0");
    for (Stage stage : Stage.values()) {
      assertThatThrownBy(
              () ->
                  JVectorIndex.build(
                      source(),
                      own.resolve("interrupted"),
                      SMALL,
                      (now, done, count) -> {
                        if (now == stage) {
                          Thread.currentThread().interrupt();
                        }
                      }))
          .isInstanceOf(CancellationException.class)
          .hasMessage("building the index was interrupted");
      assertThat(Thread.interrupted()).isTrue();
    }
    try (Stream<Path> left = Files.list(own)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void should_refuse_before_any_work() throws IOException {
    List<Stage> stages = new ArrayList<>();
    BuildListener listener = (stage, done, count) -> stages.add(stage);
    Path there = Files.createDirectory(own.resolve("there"));
    assertThatThrownBy(() -> JVectorIndex.build(source(), there, SMALL, listener))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage(there + ": is there already: choose another name, or delete it");
    EmbeddingSource few = EmbeddingSource.of(ClusteredRows.draw(255, 8, 5));
    assertThatThrownBy(() -> JVectorIndex.build(few, own.resolve("few"), SMALL, listener))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "gallery: expected 256 to 2^31 - 1 vectors but there are 255; few are found exactly,"
                + " and faster, by an ExactIndex");
    assertThatThrownBy(
            () ->
                JVectorIndex.build(
                    source(), own.resolve("wide"), SMALL.withCodes(9, 256), listener))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("codeBytes: expected at most the vectors' width, which is 8, but was 9");
    assertThatThrownBy(() -> JVectorIndex.build(sameIds(), own.resolve("ids"), SMALL, listener))
        .isInstanceOf(MindEyeException.class)
        .hasMessage("gallery: expected every id once but id 7 occurs more than once");
    assertThat(stages).isEmpty();
  }

  private static EmbeddingSource sameIds() {
    EmbeddingSource source = source();
    return new EmbeddingSource() {
      @Override
      public int width() {
        return source.width();
      }

      @Override
      public long size() {
        return source.size();
      }

      @Override
      public void read(long from, float[] into) throws IOException {
        source.read(from, into);
      }

      @Override
      public long id(long row) {
        return row == 9 ? 7 : row;
      }
    };
  }

  @Test
  void should_report_progress_stage_by_stage() throws IOException {
    List<Stage> stages = new ArrayList<>();
    JVectorIndex.build(
        source(),
        own.resolve("watched"),
        SMALL,
        (stage, done, count) -> {
          assertThat(count).isEqualTo(300);
          assertThat(done).isBetween(0, 300);
          stages.add(stage);
        });
    assertThat(stages).isSorted().contains(Stage.values());
  }

  @ParameterizedTest
  @CsvSource({"256, 2", "256, 3", "300, 7", "400, 65"})
  void should_build_of_awkward_sizes(int count, int width) throws IOException {
    float[][] rows = ClusteredRows.draw(count, width, 6);
    Path folder = own.resolve("awkward");
    JVectorIndex.build(EmbeddingSource.of(rows), folder, JVectorConfig.standard().withThreads(2));
    try (JVectorIndex index = JVectorIndex.open(folder)) {
      SearchRequest one = SearchRequest.of(1).withCandidates(count);
      long found =
          Arrays.stream(rows)
              .filter(row -> index.search(row, one).get(0).score() > 0.9999f)
              .count();
      assertThat(found).isGreaterThan(count * 9L / 10);
    }
  }

  @Test
  void should_build_of_copies_of_one_vector() throws IOException {
    float[][] rows = new float[300][];
    Arrays.fill(rows, new float[] {0, 3, 4, 0, 0, 0, 0, 0});
    Path folder = own.resolve("copies");
    JVectorIndex.build(EmbeddingSource.of(rows), folder, SMALL);
    try (JVectorIndex index = JVectorIndex.open(folder)) {
      assertThat(index.search(rows[0], SearchRequest.of(3)))
          .isNotEmpty()
          .allMatch(n -> n.score() == 1);
    }
  }

  @Test
  void should_refuse_settings_without_sense() {
    JVectorConfig config = JVectorConfig.standard();
    assertThatThrownBy(() -> config.withGraph(1, 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("degree: expected at least 2 but was 1");
    assertThatThrownBy(() -> config.withGraph(513, 100))
        .hasMessage("degree: expected at most 512 but was 513");
    assertThatThrownBy(() -> config.withGraph(32, 0))
        .hasMessage("beam: expected at least 1 but was 0");
    assertThatThrownBy(() -> config.withCodes(-1, 256))
        .hasMessage("codeBytes: expected at least 0 but was -1");
    assertThatThrownBy(() -> config.withCodes(0, 255))
        .hasMessage("trainingVectors: expected at least 256 but was 255");
    assertThatThrownBy(() -> config.withThreads(0))
        .hasMessage("threads: expected at least 1 but was 0");
    assertThat(config.codeBytes(768)).isEqualTo(96);
    assertThat(config.codeBytes(9)).isEqualTo(2);
  }
}
