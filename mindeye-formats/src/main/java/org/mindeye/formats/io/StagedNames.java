// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The names of staged files, and how to recognise those without a writer. */
final class StagedNames {
  private static final Logger LOG = LoggerFactory.getLogger(StagedFile.class);
  private static final Pattern STAGED =
      Pattern.compile("\\..+\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp", Pattern.DOTALL);

  /** More would mean that this folder is being swept all the time. */
  private static final int ATTEMPTS = 100;

  /**
   * What this process writes. Its files must not even be opened by a sweep: closing one of them
   * gives up all locks that the process has on it.
   */
  private static final Set<String> OWN = ConcurrentHashMap.newKeySet();

  private StagedNames() {}

  static boolean isOne(Path path) {
    return STAGED.matcher(name(path)).matches();
  }

  static Path beside(Path target) {
    return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  /** Creates a file that is locked until the channel is closed or the process is gone. */
  static FileChannel create(Path path) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      OWN.add(name(path));
      opened.undo(() -> forget(path));
      for (int i = 0; i < ATTEMPTS; i++) {
        Optional<FileChannel> channel = createOnce(path);
        if (channel.isPresent()) {
          return opened.done(channel.get());
        }
      }
      throw new IOException(path + ": another process deletes it as soon as it is created");
    }
  }

  /** Empty if another process took the file for one without a writer; it is gone then. */
  private static Optional<FileChannel> createOnce(Path path) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      FileChannel channel =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      opened.undo(() -> Files.deleteIfExists(path));
      opened.add(channel); // closed before it is deleted
      if (isLocked(channel, true) && Files.exists(path)) {
        return opened.done(Optional.of(channel));
      }
      opened.closeAll();
      return Optional.empty();
    }
  }

  /** It has another name now, or is gone. */
  static void forget(Path path) {
    OWN.remove(name(path));
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  private static boolean isLocked(FileChannel channel, boolean whereThereAreNone) {
    try {
      return channel.tryLock() != null;
    } catch (IOException e) {
      LOG.debug("a file system without locks", e);
      return whereThereAreNone;
    }
  }

  /** One at a time: two of one process must not have the same file open either. */
  static synchronized List<Path> sweep(Path folder) throws IOException {
    List<Path> deleted = new ArrayList<>();
    try (DirectoryStream<Path> staged = Files.newDirectoryStream(folder, StagedNames::isOne)) {
      for (Path path : staged) {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
            && !OWN.contains(name(path))
            && delete(path)) {
          LOG.info("removed {}, which a killed process left", path);
          deleted.add(path);
        }
      }
    }
    return deleted;
  }

  /** Deletes a file if its writer does not have it locked, and holds the lock meanwhile. */
  private static boolean delete(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      return isLocked(channel, false) && Files.deleteIfExists(path);
    } catch (NoSuchFileException e) {
      return false; // It was published or closed meanwhile.
    }
  }
}
