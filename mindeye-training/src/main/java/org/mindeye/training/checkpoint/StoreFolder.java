// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.Folders;
import org.mindeye.formats.tensor.MalformedFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How checkpoints appear in a store's folder and disappear from it: by renaming. */
class StoreFolder {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);

  private final Path folder;

  StoreFolder(Path folder) {
    this.folder = folder;
  }

  /** Where the checkpoint of a step is. */
  Path checkpoint(long step) {
    return folder.resolve(StoreNames.checkpoint(step));
  }

  /** The steps of all folders that are called like checkpoints, ascending. */
  List<Long> all() throws IOException {
    return names().stream()
        .map(StoreNames::step)
        .filter(OptionalLong::isPresent)
        .map(OptionalLong::getAsLong)
        .filter(step -> Files.isDirectory(checkpoint(step)))
        .sorted()
        .toList();
  }

  /** The steps of those with a manifest, ascending. */
  List<Long> complete() throws IOException {
    return all().stream()
        .filter(step -> Files.isRegularFile(checkpoint(step).resolve(Manifest.NAME)))
        .toList();
  }

  /** Whether all files are there in their size. */
  boolean isSound(long step) throws IOException {
    try {
      return Checkpoint.complete(checkpoint(step)).step() == step;
    } catch (MalformedFileException e) {
      LOG.warn("a checkpoint does not count: {}", e.getMessage());
      return false;
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).toList();
    }
  }

  /** Completes or undoes what a dead writer was about to do. */
  void recover() throws IOException {
    List<String> names = names();
    for (String name : names) {
      Optional<String> replaced = StoreNames.ofReplaced(name);
      if (replaced.isPresent()) {
        Path target = folder.resolve(replaced.get());
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
          deleteReplaced(folder.resolve(name), target);
        } else {
          move(folder.resolve(name), target);
          Folders.force(folder);
          LOG.info("brought {} back, which an interrupted writer was about to replace", target);
        }
      }
    }
    for (String name : names) {
      Path path = folder.resolve(name);
      if (StoreNames.isTemporary(name) && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        Folders.delete(path);
        LOG.info("removed {}, which an interrupted writer left", path);
      } else if (StoreNames.isStagedMark(name)
          && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        Files.delete(path);
        LOG.info("removed {}, which an interrupted writer left", path);
      }
    }
  }

  /** Gives a folder that is on the disk its name. The one that had it is deleted thereafter. */
  void publish(Path temporary, Path target) throws IOException {
    Path replaced = StoreNames.replaced(target);
    boolean replaces = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
    if (replaces) {
      move(target, replaced);
    }
    try (CloseOnFailure moved = new CloseOnFailure()) {
      if (replaces) {
        moved.undo(() -> move(replaced, target));
      }
      move(temporary, target);
      moved.done(target);
    }
    Folders.force(folder);
    if (replaces) {
      try {
        deleteReplaced(replaced, target);
      } catch (IOException e) { // What was to be written is there.
        LOG.warn("a replaced checkpoint could not be deleted; opening the store tries again", e);
      }
    }
  }

  /** Deletes the checkpoints of some steps; none of them is ever seen half deleted. */
  void delete(List<Long> steps) throws IOException {
    List<Path> hidden = new ArrayList<>();
    for (long step : steps) {
      Path temporary = StoreNames.temporary(checkpoint(step));
      move(checkpoint(step), temporary);
      hidden.add(temporary);
    }
    if (!hidden.isEmpty()) {
      Folders.force(folder);
    }
    for (Path path : hidden) {
      Folders.delete(path);
    }
  }

  /**
   * Deletes what stood in a checkpoint's place. It is hidden first, so that no half of it is
   * brought back once the checkpoint is gone.
   */
  private void deleteReplaced(Path replaced, Path checkpoint) throws IOException {
    Path temporary = StoreNames.temporary(checkpoint);
    move(replaced, temporary);
    Folders.force(folder);
    Folders.delete(temporary);
  }

  /** Deletes a folder that was not completed, after a failure that is to be reported. */
  void discard(Path temporary) throws IOException {
    if (Files.exists(temporary, LinkOption.NOFOLLOW_LINKS)) {
      Folders.delete(temporary);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }
}
