// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.formats.io.Folders;
import org.mindeye.testkit.disk.WatchedDisk;

/** Whenever a process that writes checkpoints is killed: what was written before is not lost. */
class KilledWriterTest {
  @TempDir private Path root;

  private Path folder;
  private Path log;
  private long acknowledged;

  @BeforeEach
  void name() {
    folder = root.resolve("checkpoints");
    log = root.resolve("log.txt");
  }

  /** A copy of the folder is what a process leaves that is killed there. */
  @Test
  void should_have_a_complete_checkpoint_before_every_change_of_the_disk() throws IOException {
    List<String> changes = new ArrayList<>();
    Path watched =
        WatchedDisk.watch(
            folder,
            change -> {
              changes.add(change);
              survive(change, folder, 1);
            });
    try (CheckpointStore store = CheckpointStore.open(watched)) {
      Writer.write(store, 1, Writer.STEPS, step -> acknowledged = step);
    }
    verify(folder);
    assertThat(acknowledged).isEqualTo(Writer.STEPS);
    assertThat(changes)
        .anyMatch(change -> change.matches("write the other half of model\\.safetensors"))
        .anyMatch(change -> change.matches("move \\.step-000000001\\..*\\.tmp to step-000000001"))
        .anyMatch(change -> change.matches("move step-000000003 to \\.step-000000003\\..*\\.old"))
        .anyMatch(change -> change.matches("move \\.step-000000003\\..*\\.old to .*\\.tmp"))
        .anyMatch(change -> change.matches("move step-000000001 to \\.step-000000001\\..*\\.tmp"))
        .anyMatch(change -> change.matches("move \\.best\\..*\\.tmp to best"))
        .contains("delete manifest.json", "force model.safetensors");
  }

  /** Opens a copy of the store, and copies of the copy wherever that changes something. */
  private void survive(String change, Path left, int depth) throws IOException {
    if (Files.notExists(left)) {
      return;
    }
    Path copy = root.resolve("copy-" + depth);
    copy(left, copy);
    boolean undecided = names(copy).stream().anyMatch(name -> name.endsWith(".old"));
    if (depth == 1 && undecided) {
      Path recovered = WatchedDisk.watch(copy, next -> survive(next, copy, 2));
      CheckpointStore.open(recovered).close();
    }
    try {
      verify(copy);
    } catch (AssertionError | IOException e) {
      throw new AssertionError("killed before: " + change, e);
    } finally {
      Folders.delete(copy);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).toList();
    }
  }

  private void verify(Path left) throws IOException {
    try (CheckpointStore store = CheckpointStore.open(left)) {
      assertThat(names(left)).allMatch(name -> name.matches("\\.lock|best|step-\\d{9}"));
      Optional<Checkpoint> newest = store.newest();
      if (newest.isEmpty()) {
        assertThat(acknowledged).isZero();
        return;
      }
      assertThat(newest.get().step()).isBetween(acknowledged, acknowledged + 1);
      for (long step : store.steps()) {
        Contents.assertHeld(store.at(step), Writer.ELEMENTS);
      }
      OptionalLong best = store.marked("best");
      if (best.isPresent()) {
        assertThat(store.steps()).contains(best.getAsLong());
      }
    }
  }

  @Test
  @Timeout(60)
  void should_let_one_writer_in_until_it_is_killed() throws Exception {
    try (Writer writer = Writer.start(folder, log, true)) {
      String change = writer.next();
      while (writer.acknowledged() < 2
          || !change.equals("write the other half of model.safetensors")) {
        assertThat(change).as(writer.log()).isNotNull();
        writer.proceed();
        change = writer.next();
      }
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> CheckpointStore.open(folder))
            .isInstanceOf(FileSystemException.class)
            .hasMessage(
                "%s: the process %d writes checkpoints here; wait for it or stop it, or choose"
                    + " another folder",
                folder.resolve(".lock"), writer.pid());
      }
      writer.kill();
    }
    assertThat(names(folder)).anyMatch(name -> name.endsWith(".tmp"));
    acknowledged = 2;
    verify(folder);
  }

  /** Each process goes on with what the one before has left. */
  @Test
  @Tag("slow")
  @Timeout(900)
  void should_have_a_complete_checkpoint_after_a_kill_before_every_change() throws Exception {
    boolean killed = true;
    for (int changes = 1; killed; changes++) {
      killed = kill(changes, true);
      verify(folder);
    }
  }

  @Test
  @Tag("slow")
  @Timeout(900)
  void should_have_a_complete_checkpoint_after_kills_at_random_moments() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      kill(1 + random.nextInt(100), false);
      verify(folder);
    }
  }

  /**
   * Kills a process at the change of a given number, or some time after it; returns whether it
   * lived.
   */
  private boolean kill(int changes, boolean waits) throws Exception {
    try (Writer writer = Writer.start(folder, log, waits)) {
      String change = writer.next();
      assertThat(change).as(writer.log()).isNotNull();
      for (int i = 1; i < changes && change != null; i++) {
        if (waits) {
          writer.proceed();
        }
        change = writer.next();
      }
      writer.kill();
      acknowledged = Math.max(acknowledged, writer.acknowledged());
      return change != null;
    }
  }

  @Test
  void should_let_one_store_of_this_process_in() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(folder)) {
      Path other = Files.createDirectories(root.resolve("x")).resolve("../checkpoints");
      for (Path path : List.of(folder, other)) {
        assertThatThrownBy(() -> CheckpointStore.open(path))
            .isInstanceOf(FileSystemException.class)
            .hasMessage(
                "%s: this process writes checkpoints here already; close that one first",
                path.resolve(".lock"));
      }
      Contents.write(store, 1);
      CheckpointStore.open(root.resolve("another")).close();
    }
    CheckpointStore.open(folder).close();
  }
}
