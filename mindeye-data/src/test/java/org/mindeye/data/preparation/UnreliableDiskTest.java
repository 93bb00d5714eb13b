// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.preparation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.data.DataForm;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.recognition.Recognition;
import org.mindeye.data.webdataset.WriterConfig;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.testkit.disk.WatchedDisk;

/** The disk refuses each kind of change in turn, and the next call continues from there. */
class UnreliableDiskTest {
  private static final int OWN = 9;
  private static final String WORK = "unfinished_subj09";

  @TempDir private Path folder;

  private static void prepare(Path from, Path out, DataForm form) throws IOException {
    PreparationConfig config =
        PreparationConfig.DEFAULT
            .withWriter(new WriterConfig(2, ElementType.FLOAT32))
            .withForm(form);
    try (SubjectSource data = Recognition.open(from, OWN)) {
      Preparation.into(data, out, config).run(PreparationListener.NONE);
    }
  }

  /** All that is there but unfinished work, whose deletion may have been refused. */
  private static Map<String, byte[]> contents(Path out) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> all = Files.walk(out)) {
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        if (!file.startsWith(out.resolve(WORK))) {
          contents.put(out.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
    }
    return contents;
  }

  /** A change without the names and numbers that only it has. */
  private static String kind(String change) {
    return change
        .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "")
        .replaceAll("train|val|test|[0-9]+", "");
  }

  @ParameterizedTest
  @EnumSource(
      value = DataForm.class,
      names = {"WEB_DATASET", "TRIAL_TABLE"})
  void should_continue_wherever_the_disk_refuses(DataForm form) throws IOException {
    Path from = SmallData.webDataset(folder.resolve("from"), OWN, 3, 1);
    Path whole = Files.createDirectory(folder.resolve("whole"));
    List<String> changes = new ArrayList<>();
    prepare(from, WatchedDisk.watch(whole, changes::add), form);
    Map<String, byte[]> complete = contents(whole);
    assertThat(changes).hasSizeGreaterThan(30);
    int refusals = 0;
    Set<String> kinds = new HashSet<>();
    for (int refused = 0; refused < changes.size(); refused++) {
      if (!kinds.add(kind(changes.get(refused)))) {
        continue; // the same was refused for another shard, picture or session
      }
      Path out = Files.createDirectory(folder.resolve("try" + refused));
      int[] left = {refused};
      WatchedDisk.Watcher refusing =
          change -> {
            if (left[0]-- == 0) {
              throw new IOException("no: " + change);
            }
          };
      try {
        prepare(from, WatchedDisk.watch(out, refusing), form);
      } catch (IOException e) {
        refusals++;
        assertThat(e).hasMessageContaining("no: ");
        if (!contents(out).keySet().equals(complete.keySet())) {
          assertThat(contents(out)).as(changes.get(refused)).isEmpty();
          prepare(from, WatchedDisk.watch(out, change -> {}), form);
        }
      }
      assertThat(contents(out))
          .as(changes.get(refused))
          .usingRecursiveComparison()
          .isEqualTo(complete);
    }
    assertThat(kinds).hasSizeGreaterThan(15);
    assertThat(refusals).isGreaterThan(kinds.size() / 2);
  }
}
