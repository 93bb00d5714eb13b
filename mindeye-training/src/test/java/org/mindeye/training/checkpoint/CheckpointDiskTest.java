// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Full disks, failing ones, and every state of the folder a crash can leave. */
class CheckpointDiskTest {
  private static final List<String> FILES =
      List.of(
          "empty.safetensors",
          "model.safetensors",
          "optimizer.safetensors",
          "state.json",
          "manifest.json");

  @TempDir Path root;

  private Path folder() {
    return root.resolve("checkpoints");
  }

  /** A disk that does something of its own when one file is created. */
  private record OddDisk(long usable, String file, Creation creation) implements Disk {
    @FunctionalInterface
    interface Creation {
      FileChannel create(Path file) throws IOException;
    }

    @Override
    public FileChannel create(Path path) throws IOException {
      return path.endsWith(file) ? creation.create(path) : Disk.super.create(path);
    }
  }

  private void writeFirst() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder())) {
      Contents.write(store, 100);
    }
  }

  private void assertOnlyTheFirst(CheckpointStore store) throws IOException {
    try (Stream<Path> paths = Files.list(folder())) {
      assertThat(paths.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder(".lock", "step-000000100");
    }
    Contents.assertHeld(store.newest().orElseThrow());
  }

  @Test
  void should_ask_before_it_writes() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder(), () -> 1000)) {
      assertThatThrownBy(() -> Contents.write(store, 1))
          .isInstanceOf(DiskSpaceException.class)
          .hasMessageEndingWith("; there is no earlier checkpoint");
    }
    writeFirst();
    try (CheckpointStore store = CheckpointStore.open(folder(), () -> 1_000_000)) {
      assertThatThrownBy(() -> Contents.write(store, 200))
          .asInstanceOf(InstanceOfAssertFactories.type(DiskSpaceException.class))
          .satisfies(
              e -> {
                assertThat(e.usable()).isEqualTo(1_000_000);
                assertThat(e.needed()).isBetween(1_049_000L, 1_053_000L);
                assertThat(e)
                    .hasMessage(
                        folder()
                            + ": the checkpoint of step 200 needs "
                            + e.needed()
                            + " bytes but the disk has 1000000 bytes left. Free "
                            + (e.needed() - 1_000_000)
                            + " bytes or more, or keep fewer checkpoints. Nothing unfinished of it"
                            + " is left; the newest checkpoint, untouched, is step-000000100")
                    .hasNoCause();
              });
      assertOnlyTheFirst(store);
    }
  }

  @Test
  void should_estimate_from_above() throws IOException {
    long[] usable = {Long.MAX_VALUE};
    try (CheckpointStore store = CheckpointStore.open(folder(), () -> usable[0])) {
      Path written = Contents.write(store, 1, 100_000).folder();
      long bytes = 0;
      for (String file : FILES) {
        bytes += Files.size(written.resolve(file));
      }
      usable[0] = bytes;
      assertThatThrownBy(() -> Contents.write(store, 2, 100_000))
          .isInstanceOf(DiskSpaceException.class);
      usable[0] = bytes + (1 << 21);
      Contents.assertHeld(Contents.write(store, 2, 100_000), 100_000);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"empty.safetensors", "optimizer.safetensors", "state.json", "manifest.json"})
  void should_clean_up_when_the_disk_fills_up(String file) throws IOException {
    Path device = Path.of("/dev/full");
    assumeThat(device).exists();
    writeFirst();
    OddDisk disk =
        new OddDisk(1L << 40, file, path -> FileChannel.open(device, StandardOpenOption.WRITE));
    try (CheckpointStore store = CheckpointStore.open(folder(), disk)) {
      for (long step : new long[] {200, 100}) {
        assertThatThrownBy(() -> Contents.write(store, step))
            .isInstanceOf(DiskSpaceException.class)
            .hasMessageContaining(folder() + ": the checkpoint of step " + step + " needs ")
            .hasMessageContaining(" bytes but the disk filled up meanwhile. Free ")
            .hasMessageEndingWith("the newest checkpoint, untouched, is step-000000100")
            .hasCauseInstanceOf(IOException.class);
      }
      assertOnlyTheFirst(store);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x: No space left on device",
        "x: There is not enough space on the disk",
        "Disk quota exceeded"
      })
  void should_understand_every_full_disk(String message) throws IOException {
    writeFirst();
    OddDisk disk =
        new OddDisk(
            1L << 40,
            "state.json",
            path -> {
              throw new IOException(message);
            });
    try (CheckpointStore store = CheckpointStore.open(folder(), disk)) {
      assertThatThrownBy(() -> Contents.write(store, 200)).isInstanceOf(DiskSpaceException.class);
      assertOnlyTheFirst(store);
    }
  }

  @Test
  void should_clean_up_when_the_disk_fails() throws IOException {
    writeFirst();
    OddDisk disk =
        new OddDisk(
            1L << 40,
            "state.json",
            path -> {
              throw new IOException("Input/output error");
            });
    try (CheckpointStore store = CheckpointStore.open(folder(), disk)) {
      assertThatThrownBy(() -> Contents.write(store, 200))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(DiskSpaceException.class)
          .hasMessage(
              folder()
                  + ": the checkpoint of step 200 could not be written: java.io.IOException:"
                  + " Input/output error. Nothing unfinished of it is left; the newest checkpoint,"
                  + " untouched, is step-000000100")
          .hasRootCauseMessage("Input/output error");
      assertOnlyTheFirst(store);
    }
    OddDisk broken =
        new OddDisk(
            1L << 40,
            "state.json",
            path -> {
              throw new IllegalStateException("a fault");
            });
    try (CheckpointStore store = CheckpointStore.open(folder(), broken)) {
      assertThatThrownBy(() -> Contents.write(store, 200)).hasMessage("a fault");
      assertOnlyTheFirst(store);
    }
  }

  @Test
  void should_clean_up_when_interrupted() throws IOException {
    writeFirst();
    try (CheckpointStore store = CheckpointStore.open(folder())) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> Contents.write(store, 200))
          .isInstanceOf(ClosedByInterruptException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertOnlyTheFirst(store);
      Contents.write(store, 200);
    }
  }

  /** Copies the folder just before each file is created, as if the writer had died there. */
  @Test
  void should_survive_a_crash_before_every_file() throws IOException {
    writeFirst();
    List<Path> copies = new ArrayList<>();
    Disk disk =
        new Disk() {
          @Override
          public long usable() {
            return 1L << 40;
          }

          @Override
          public FileChannel create(Path file) throws IOException {
            Path copy = root.resolve("crash-" + copies.size());
            copies.add(copy);
            copy(folder(), copy);
            return Disk.super.create(file);
          }
        };
    try (CheckpointStore store = CheckpointStore.open(folder(), disk)) {
      Contents.write(store, 200);
      Contents.write(store, 100);
    }
    assertThat(copies).hasSize(2 * FILES.size());
    for (Path copy : copies) {
      boolean first = copies.indexOf(copy) < FILES.size();
      assertThat(names(copy)).anyMatch(name -> name.endsWith(".tmp"));
      try (CheckpointStore store = CheckpointStore.open(copy)) {
        assertThat(names(copy)).noneMatch(name -> name.endsWith(".tmp"));
        Checkpoint newest = store.newest().orElseThrow();
        assertThat(newest.step()).isEqualTo(first ? 100 : 200);
        Contents.assertHeld(newest);
        Contents.assertHeld(store.at(100));
      }
    }
  }

  @Test
  void should_bring_back_what_was_about_to_be_replaced() throws IOException {
    writeFirst();
    String id = "01234567-89ab-cdef-0123-456789abcdef";
    Path replaced = folder().resolve(".step-000000100." + id + ".old");
    Files.move(folder().resolve("step-000000100"), replaced);
    copy(replaced, folder().resolve(".step-000000100." + id + ".tmp"));
    try (CheckpointStore store = CheckpointStore.open(folder())) {
      assertOnlyTheFirst(store);
    }
    copy(folder().resolve("step-000000100"), replaced);
    Files.delete(replaced.resolve("state.json"));
    try (CheckpointStore store = CheckpointStore.open(folder())) {
      assertOnlyTheFirst(store);
    }
  }

  @Test
  void should_remove_its_own_leftovers_only() throws IOException {
    writeFirst();
    String id = "01234567-89ab-cdef-0123-456789abcdef";
    List<String> others =
        List.of(".step-1." + id + ".tmp", ".step-000000100.tmp", "x.tmp", ".x", "step.old");
    for (String name : others) {
      Files.createDirectory(folder().resolve(name));
    }
    Path hidden = Files.createDirectory(folder().resolve(".step-000000099." + id + ".tmp"));
    Files.writeString(hidden.resolve("model.safetensors"), "half");
    Files.writeString(folder().resolve(".best." + id + ".tmp"), "");
    Files.createDirectory(folder().resolve(".good." + id + ".tmp"));
    CheckpointStore.open(folder()).close();
    assertThat(names(folder()))
        .containsAll(others)
        .contains(".good." + id + ".tmp", "step-000000100", ".lock")
        .hasSize(others.size() + 3);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
