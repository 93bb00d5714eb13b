package org.mindeye.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills processes that write checkpoints: what was written before is never lost. */
class KilledWriterTest {
  /** Multiples of it, less their whole part, fall evenly and never into a pattern. */
  private static final double GOLDEN = 0.6180339887498949;

  /** Time for opening a store, or for about two checkpoints. */
  private static final double LONGEST_MILLIS = 150;

  @TempDir Path root;

  private Path folder;
  private Path log;
  private long acknowledged;
  private int amidst;

  @BeforeEach
  void name() {
    folder = root.resolve("checkpoints");
    log = root.resolve("log.txt");
  }

  @Test
  @Timeout(180)
  void should_have_a_complete_checkpoint_after_every_kill() throws Exception {
    kill(12);
  }

  @Test
  @Tag("slow")
  @Timeout(900)
  void should_have_a_complete_checkpoint_after_many_kills() throws Exception {
    kill(60);
  }

  /** The next process starts its engine while this one writes. */
  private void kill(int times) throws Exception {
    Process next = Writer.start(folder, log);
    try {
      for (int i = 1; i <= times; i++) {
        Process writer = next;
        try (BufferedReader said = writer.inputReader(StandardCharsets.US_ASCII)) {
          next = Writer.start(folder, log);
          release(writer, said);
          for (int seen = 0; seen < i % 3; seen++) {
            acknowledged = Long.parseLong(said.readLine());
          }
          Thread.sleep((long) (i * GOLDEN % 1 * LONGEST_MILLIS));
          assertThat(writer.isAlive()).as(Files.readString(log)).isTrue();
          writer.toHandle().destroyForcibly(); // Process would close what is yet to be read.
          writer.waitFor();
          said.lines().forEach(step -> acknowledged = Long.parseLong(step));
        } finally {
          writer.destroyForcibly().waitFor();
        }
        verify();
      }
    } finally {
      next.destroyForcibly().waitFor();
    }
    assertThat(amidst).as("kills in the middle of something").isPositive();
    assertThat(acknowledged).as("checkpoints written").isGreaterThanOrEqualTo(times);
  }

  private void release(Process writer, BufferedReader said) throws IOException {
    assertThat(said.readLine()).as(Files.readString(log)).isEqualTo("ready");
    writer.getOutputStream().write('\n');
    writer.getOutputStream().flush();
  }

  private List<String> names() throws IOException {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).toList();
    }
  }

  private void verify() throws IOException {
    if (names().stream().anyMatch(name -> name.endsWith(".tmp") || name.endsWith(".old"))) {
      amidst++;
    }
    try (CheckpointStore store = CheckpointStore.open(folder)) {
      assertThat(names()).allMatch(name -> name.matches("\\.lock|best|step-\\d{9}"));
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
      acknowledged = newest.get().step();
    }
  }

  @Test
  @Timeout(60)
  void should_let_one_writer_in_until_it_dies() throws Exception {
    Process writer = Writer.start(folder, log);
    try (BufferedReader said = writer.inputReader(StandardCharsets.US_ASCII)) {
      release(writer, said);
      assertThat(said.readLine()).isEqualTo("1");
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> CheckpointStore.open(folder))
            .isInstanceOf(FileSystemException.class)
            .hasMessage(
                "%s: the process %d writes checkpoints here; wait for it or stop it, or choose"
                    + " another folder",
                folder.resolve(".lock"), writer.pid());
      }
    } finally {
      writer.destroyForcibly().waitFor();
    }
    CheckpointStore.open(folder).close();
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
