// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.mindeye.formats.io.ProcessEnd.Registration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that appears under its name only when all that is in it is complete. It is filled under
 * a temporary name beside its target, and then renamed in one step; whatever was not published is
 * deleted by {@link #close()}, and by a process that ends before that point. What a killed process
 * left is deleted by the next one that stages the same folder.
 *
 * <p>The temporary name is {@code .NAME.UUID.tmp}, as of a {@link StagedFile}. Not safe for
 * concurrent use.
 */
public final class StagedFolder implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(StagedFolder.class);
  private static final String USE = "fills a folder";

  private final Path target;
  private final Path temporary;
  private final FolderLock lock;
  private final Registration registration;
  private boolean published;

  private StagedFolder(Path target, Path temporary, FolderLock lock, Registration registration) {
    this.target = target;
    this.temporary = temporary;
    this.lock = lock;
    this.registration = registration;
  }

  /**
   * Makes the temporary folder.
   *
   * @param target the final name, which must be free; the folder it is in must exist
   * @return an empty folder, to be filled under {@link #path()}
   * @throws FileAlreadyExistsException if there is something of that name
   * @throws IOException if the disk refuses, or the process is ending
   */
  public static StagedFolder create(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    requireFree(absolute);
    sweep(absolute);
    Path temporary = StagedNames.beside(absolute);
    try (CloseOnFailure opened = new CloseOnFailure()) {
      Registration registration = opened.add(ProcessEnd.unfinished(temporary));
      Files.createDirectory(temporary);
      opened.undo(() -> Folders.delete(temporary));
      FolderLock lock = opened.add(FolderLock.acquire(temporary, USE));
      return opened.done(new StagedFolder(absolute, temporary, lock, registration));
    }
  }

  private static void requireFree(Path target) throws IOException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(
          target.toString(), null, "is there already: choose another name, or delete it");
    }
  }

  /** Deletes what killed processes left of the same folder: those whose lock is free. */
  private static void sweep(Path target) throws IOException {
    List<Path> left;
    try (Stream<Path> beside = Files.list(target.getParent())) {
      left =
          beside
              .filter(StagedNames::isOne)
              .filter(p -> p.getFileName().toString().startsWith("." + target.getFileName() + "."))
              .filter(p -> Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS))
              .toList();
    }
    for (Path folder : left) {
      try (FolderLock lock = FolderLock.acquire(folder, USE)) {
        lock.delete();
        Folders.delete(folder);
        LOG.info("removed {}, which a killed process left", folder);
      } catch (FileSystemException e) {
        LOG.debug("another process fills {}", folder, e);
      }
    }
  }

  /**
   * Where the content goes.
   *
   * @return the temporary folder
   */
  public Path path() {
    return temporary;
  }

  /**
   * Gives the folder its name. The files in it have to be on the disk before.
   *
   * @throws FileAlreadyExistsException if something got that name meanwhile
   * @throws IOException if the disk refuses, or the process is ending
   */
  public void publish() throws IOException {
    lock.delete();
    Folders.force(temporary);
    ProcessEnd.commit(
        () -> {
          requireFree(target);
          Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
          published = true;
        });
    release();
    Folders.force(target.getParent());
  }

  /**
   * Deletes the folder unless it was published. Closing twice is harmless.
   *
   * @throws IOException if the disk refuses
   */
  @Override
  public void close() throws IOException {
    try {
      if (!published && Files.exists(temporary, LinkOption.NOFOLLOW_LINKS)) {
        Folders.delete(temporary);
      }
    } finally {
      release();
    }
  }

  private void release() throws IOException {
    registration.close();
    lock.close();
  }
}
