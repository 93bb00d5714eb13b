// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.clip.ClipEncoderConfig;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.data.Trial;
import org.mindeye.formats.io.Folders;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.disk.WatchedDisk;

/** Wherever the encoding of targets ends, what was encoded stays, and the rest follows. */
class StoppedTargetCacheTest {
  private final ClipImageEncoder clip =
      TargetCacheTest.encoder(2, ClipEncoderConfig.paper(TargetCacheTest.VIT));
  private final List<Trial> trials = TinyRun.trials(0, 35);
  private final List<String> changes = new ArrayList<>();
  @FreshManager private NDManager manager;
  @TempDir private Path root;
  private Path folder;
  private float[] expected;

  @BeforeEach
  void encode() {
    folder = root.resolve("cache");
    expected = CachedTargets.encode(clip, trials).all(manager).array().toFloatArray();
  }

  @AfterEach
  void close() {
    clip.close();
  }

  private TargetCache fill(Path into) throws IOException {
    return TargetCache.fill(into, clip, TargetLayer.HIDDEN, trials, (done, count) -> {});
  }

  private void requireComplete(Path of) throws IOException {
    TargetCache cache = fill(of);
    assertThat(cache.size()).isEqualTo(35);
    cache.verify();
    assertThat(cache.targets(trials).all(manager).array().toFloatArray())
        .usingComparatorWithPrecision(2e-3f)
        .containsExactly(expected);
    assertThat(Files.size(of.resolve(TargetCache.TOKENS))).isEqualTo(35 * 24);
    assertThat(Files.size(of.resolve(TargetCache.INDEX))).isEqualTo(35 * TargetIndex.BYTES);
    assertThat(names(of)).containsExactly(".lock", "cache.json", "images.idx", "tokens.f16");
  }

  /** A copy of the folder is what a process leaves that is killed there. */
  @Test
  void should_go_on_wherever_a_process_was_killed() throws IOException {
    List<Integer> kept = new ArrayList<>();
    Path watched =
        WatchedDisk.watch(
            folder,
            change -> {
              changes.add(change);
              kept.add(goOn(change));
            });
    fill(watched);

    requireComplete(folder);
    assertThat(changes)
        .anyMatch(change -> change.matches("move \\.cache\\.json\\..*\\.tmp to cache\\.json"))
        .contains(
            "write the other half of tokens.f16",
            "force tokens.f16",
            "write the other half of images.idx",
            "force images.idx");
    assertThat(kept).contains(0, 16, 32, 33).isSorted();
  }

  private int goOn(String change) throws IOException {
    Path copy = root.resolve("copy");
    if (Files.exists(folder)) {
      copy(folder, copy);
    }
    int kept = TargetCache.isOne(copy) ? TargetCache.open(copy).size() : 0;
    try {
      requireComplete(copy);
    } catch (AssertionError | IOException e) {
      throw new AssertionError("killed before: " + change, e);
    }
    Folders.delete(copy);
    return kept;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    for (String name : names(from)) {
      // A name that this process is not writing.
      String foreign = name.replaceFirst("[^.]*\\.tmp$", UUID.randomUUID() + ".tmp");
      Files.copy(from.resolve(name), to.resolve(foreign));
    }
  }

  /** The last bytes of both files, whichever of them reached the disk. */
  @Test
  void should_go_on_from_any_length_of_its_files() throws IOException {
    fill(folder);
    byte[] index = Files.readAllBytes(folder.resolve(TargetCache.INDEX));
    for (int length = 0; length <= index.length; length += length < 200 ? 1 : 97) {
      Files.write(folder.resolve(TargetCache.INDEX), Arrays.copyOf(index, length));
      assertThat(TargetCache.open(folder).size()).isEqualTo(length / TargetIndex.BYTES);
      requireComplete(folder);
    }
    byte[] torn = Arrays.copyOf(Arrays.copyOf(index, 33 * TargetIndex.BYTES), index.length + 7);
    Files.write(folder.resolve(TargetCache.INDEX), torn); // a power cut leaves zeros
    Files.write(folder.resolve(TargetCache.TOKENS), new byte[7], StandardOpenOption.APPEND);
    assertThat(TargetCache.open(folder).size()).isEqualTo(33);
    requireComplete(folder);
  }

  /** A power cut takes whole pages of what was being written, in which entries begin anywhere. */
  @Test
  void should_go_on_from_damage_among_the_last_entries() throws IOException {
    fill(folder);
    Path file = folder.resolve(TargetCache.INDEX);
    byte[] index = Files.readAllBytes(file);
    int[][] zeros = {{34 * 48 + 20, 35 * 48}, {34 * 48, 34 * 48 + 20}, {33 * 48 - 9, 34 * 48}};
    int[] counts = {34, 34, 32};
    for (int i = 0; i < counts.length; i++) {
      byte[] torn = index.clone();
      Arrays.fill(torn, zeros[i][0], zeros[i][1], (byte) 0);
      Files.write(file, torn);
      assertThat(TargetCache.open(folder).size()).isEqualTo(counts[i]);
      requireComplete(folder);
      assertThat(file).hasBinaryContent(index);
    }
  }

  /** Windows cuts nothing off a file that is mapped into memory. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void should_not_map_rows_before_what_is_behind_them_was_cut_off() throws IOException {
    Path first = root.resolve("first");
    TargetCache.fill(first, clip, TargetLayer.HIDDEN, trials.subList(0, 32), (done, count) -> {});
    copy(first, folder); // of which nothing was ever mapped
    Files.write(folder.resolve(TargetCache.TOKENS), new byte[7], StandardOpenOption.APPEND);
    List<Boolean> mapped = new ArrayList<>();
    Path watched =
        WatchedDisk.watch(
            folder,
            change -> {
              if (change.equals("truncate tokens.f16")) {
                mapped.add(isMapped(folder));
              }
            });
    TargetCache cache = fill(watched);
    assertThat(mapped).containsExactly(false);
    cache.verify();
    assertThat(isMapped(folder)).isTrue();
    requireComplete(folder);
  }

  private static boolean isMapped(Path of) throws IOException {
    return Files.readString(Path.of("/proc/self/maps")).contains(of.toRealPath().toString());
  }

  @Test
  void should_leave_whole_rows_or_nothing_when_the_disk_refuses() throws IOException {
    fill(WatchedDisk.watch(folder, changes::add));
    Folders.delete(folder);
    for (int i = 0; i < changes.size(); i++) {
      if (changes.get(i).startsWith("delete ")) {
        continue;
      }
      int refused = i;
      int[] next = {0};
      Path watched =
          WatchedDisk.watch(
              folder,
              change -> {
                if (next[0]++ == refused) {
                  throw new IOException("No space left on device");
                }
              });
      assertThatThrownBy(() -> fill(watched))
          .as("refused: %s", changes.get(i))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("No space left on device");
      if (TargetCache.isOne(folder)) {
        TargetCache left = TargetCache.open(folder);
        assertThat(left.size()).as("refused: %s", changes.get(i)).isIn(32, 35);
        left.verify();
        assertThat(Files.size(folder.resolve(TargetCache.TOKENS))).isEqualTo(24L * left.size());
      } else if (Files.exists(folder)) {
        assertThat(names(folder)).as("refused: %s", changes.get(i)).isSubsetOf(".lock");
      }
      requireComplete(folder);
      Folders.delete(folder);
    }
  }

  @Test
  void should_keep_what_was_encoded_before_it_was_asked_to_end() throws IOException {
    for (int end : new int[] {0, 32}) {
      assertThatThrownBy(
              () ->
                  TargetCache.fill(
                      folder,
                      clip,
                      TargetLayer.HIDDEN,
                      trials,
                      (done, count) -> {
                        if (done == end) {
                          throw new CancellationException("enough");
                        }
                      }))
          .isInstanceOf(CancellationException.class);
      assertThat(Files.exists(folder)).isEqualTo(end > 0);
    }
    assertThat(TargetCache.open(folder).size()).isEqualTo(32);
    requireComplete(folder);
  }

  private static List<String> names(Path of) throws IOException {
    try (Stream<Path> paths = Files.list(of)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
