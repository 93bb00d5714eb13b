// SPDX-License-Identifier: Apache-2.0
package org.mindeye.writing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.formats.RowWriter;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.safetensors.Safetensors;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.testkit.disk.WatchedDisk;

/**
 * Whenever a process that writes a file is stopped, or the disk refuses: the file is as it was
 * before, or complete, and what else is left can be swept.
 */
class StoppedWriterTest {
  private static final byte[] OLD = "old".getBytes(StandardCharsets.UTF_8);
  private static final HeapArray ARRAY = HeapArray.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);

  @TempDir private Path root;

  private Path folder;
  private byte[] complete;

  /** The ways to write a file. */
  enum Writer {
    STAGED("a.bin") {
      @Override
      void write(Path target) throws IOException {
        try (StagedFile staged = StagedFile.create(target)) {
          staged.output().write(new byte[100_000]);
          staged.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
          staged.finish();
          staged.publish();
        }
      }
    },
    STAGED_AT_ONCE("a.bin") {
      @Override
      void write(Path target) throws IOException {
        StagedFile.write(target, new byte[] {1, 2, 3});
      }
    },
    NPY("a.npy") {
      @Override
      void write(Path target) throws IOException {
        Npy.write(target, ARRAY);
      }
    },
    NPZ("a.npz") {
      @Override
      void write(Path target) throws IOException {
        Npz.write(target, Map.of("tokens", ARRAY));
      }
    },
    SAFETENSORS("a.safetensors") {
      @Override
      void write(Path target) throws IOException {
        Safetensors.write(target, Map.of("tokens", ARRAY), Map.of());
      }
    },
    ROWS_NPZ("a.npz") {
      @Override
      void write(Path target) throws IOException {
        rows(target);
      }
    },
    ROWS_SAFETENSORS("a.safetensors") {
      @Override
      void write(Path target) throws IOException {
        rows(target);
      }
    };

    private final String file;

    Writer(String file) {
      this.file = file;
    }

    abstract void write(Path target) throws IOException;

    private static void rows(Path target) throws IOException {
      try (RowWriter writer = RowWriter.create(target)) {
        writer.add("tokens", ARRAY);
        writer.add("ids", HeapArray.ofLongs(new long[] {7, 8}, 2));
        writer.add("tokens", ARRAY);
        writer.publish();
      }
    }
  }

  @BeforeEach
  void make() throws IOException {
    folder = Files.createDirectory(root.resolve("folder"));
  }

  /** What the writer makes when nothing happens to it, and what it does to the disk for that. */
  private List<String> changes(Writer writer) throws IOException {
    Path untouched = Files.createDirectory(root.resolve("untouched"));
    List<String> changes = new ArrayList<>();
    writer.write(WatchedDisk.watch(untouched, changes::add).resolve(writer.file));
    complete = Files.readAllBytes(untouched.resolve(writer.file));
    assertThat(complete).isNotEqualTo(OLD);
    return changes;
  }

  /** A copy of the folder is what a process leaves that is stopped there. */
  @ParameterizedTest
  @EnumSource
  void should_have_the_old_file_or_the_new_one_before_every_change(Writer writer)
      throws IOException {
    List<String> changes = changes(writer);
    assertThat(changes).as("two halves, a force, a move").hasSizeGreaterThanOrEqualTo(5);
    for (boolean replaces : new boolean[] {false, true}) {
      Path target = folder.resolve(writer.file);
      Files.deleteIfExists(target);
      if (replaces) {
        Files.write(target, OLD);
      }
      boolean[] moved = new boolean[1];
      Path watched =
          WatchedDisk.watch(
              folder,
              change -> {
                verifyLeft(writer, replaces, moved[0], change);
                moved[0] |= change.endsWith(" to " + writer.file);
              });
      writer.write(watched.resolve(writer.file));
      assertThat(moved[0]).isTrue();
      assertThat(target).hasBinaryContent(complete);
      assertThat(names(folder)).containsExactly(writer.file);
    }
  }

  private void verifyLeft(Writer writer, boolean replaces, boolean moved, String change)
      throws IOException {
    Path copy = abandoned();
    int staged = names(copy).size() - (replaces || moved ? 1 : 0);
    assertThat(StagedFile.sweep(copy)).as("left before: " + change).hasSize(staged);
    Path target = copy.resolve(writer.file);
    if (moved) {
      assertThat(target).as("before: " + change).hasBinaryContent(complete);
    } else if (replaces) {
      assertThat(target).as("before: " + change).hasBinaryContent(OLD);
    } else {
      assertThat(copy).as("before: " + change).isEmptyDirectory();
    }
    Folders.delete(copy);
  }

  /** The folder as it is now, its staged files under names that this process does not write. */
  private Path abandoned() throws IOException {
    Path copy = Files.createDirectory(root.resolve("copy"));
    for (String name : names(folder)) {
      String foreign =
          StagedFile.isStaged(Path.of(name))
              ? name.replaceFirst("[^.]*\\.tmp$", UUID.randomUUID() + ".tmp")
              : name;
      Files.copy(folder.resolve(name), copy.resolve(foreign));
    }
    return copy;
  }

  /** A power cut may lose what was not forced, and the name may come before the content. */
  @ParameterizedTest
  @EnumSource
  void should_force_all_of_the_content_before_the_name(Writer writer) throws IOException {
    List<String> changes = changes(writer);
    String move = changes.stream().filter(each -> each.startsWith("move ")).findFirst().get();
    String staged = move.substring("move ".length(), move.indexOf(" to "));
    List<String> before = changes.subList(0, changes.indexOf(move));
    assertThat(move).endsWith(" to " + writer.file);
    assertThat(before.get(before.size() - 1)).isEqualTo("force " + staged);
    assertThat(before).contains("open " + staged, "write the other half of " + staged);
    assertThat(changes.subList(before.size() + 1, changes.size()))
        .noneMatch(change -> change.endsWith(staged) || change.endsWith(writer.file));
  }

  /** Each change fails once, but for deleting, which is what is left to do then. */
  @ParameterizedTest
  @EnumSource
  void should_leave_the_old_file_and_no_other_when_the_disk_refuses(Writer writer)
      throws IOException {
    List<String> changes = changes(writer);
    Path target = folder.resolve(writer.file);
    for (int i = 0; i < changes.size(); i++) {
      if (changes.get(i).startsWith("delete ")) {
        continue;
      }
      Files.write(target, OLD);
      int refused = i;
      int[] next = new int[1];
      Path watched =
          WatchedDisk.watch(
              folder,
              change -> {
                if (next[0]++ == refused) {
                  throw new IOException("no: " + change);
                }
              });
      IOException failure = failure(() -> writer.write(watched.resolve(writer.file)));
      assertThat(failure).hasMessageStartingWith("no: ").hasNoSuppressedExceptions();
      assertThat(target).as("refused: " + changes.get(i)).hasBinaryContent(OLD);
      assertThat(names(folder)).as("refused: " + changes.get(i)).containsExactly(writer.file);
    }
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private static IOException failure(Work work) {
    try {
      work.run();
    } catch (IOException e) {
      return e;
    }
    throw new AssertionError("it was written nevertheless");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).toList();
    }
  }
}
