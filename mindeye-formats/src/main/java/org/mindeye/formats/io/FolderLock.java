// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a second writer out of a folder, whether it is in this process or in another one. The
 * system releases the lock of a process that dies. Readers need no lock.
 *
 * <p>The lock is a file {@value #NAME} in the folder, which stays when the lock is released.
 */
public final class FolderLock implements Closeable {
  /** The file's name in the folder. */
  public static final String NAME = ".lock";

  /** Far behind the content: a locked range cannot be read on every system. */
  private static final long LOCKED_BYTE = 1 << 30;

  /**
   * Folders this process has locked. Checked before the file is opened, because on POSIX closing
   * any channel of a file releases the process's locks on it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path folder, Path file, FileChannel channel) {
    this.folder = folder;
    this.file = file;
    this.channel = channel;
  }

  /**
   * Locks a folder.
   *
   * @param folder an existing folder
   * @param use what the holder does there, for the message to others: {@code "writes checkpoints"}
   * @return the lock, which the caller closes
   * @throws IOException if the folder cannot be written, or is locked: then the message names the
   *     process that holds it
   */
  public static FolderLock acquire(Path folder, String use) throws IOException {
    Path file = folder.resolve(NAME);
    Path real = folder.toRealPath();
    if (!HELD.add(real)) {
      throw heldHere(file, use);
    }
    try (CloseOnFailure opened = new CloseOnFailure()) {
      opened.undo(() -> HELD.remove(real));
      Optional<FileChannel> channel = locked(file, use);
      while (channel.isEmpty()) { // the one before was just deleted with its folder
        channel = locked(file, use);
      }
      return opened.done(new FolderLock(real, file, channel.get()));
    }
  }

  /** An open channel, which keeps the lock until it is closed; empty if its file is gone then. */
  private static Optional<FileChannel> locked(Path file, String use) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      FileChannel channel =
          opened.add(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
      Object before = key(file);
      lock(file, channel, use);
      // Checked by name: opening the file again would release the lock when it is closed.
      if (before == null || !before.equals(key(file))) {
        opened.closeAll();
        return Optional.empty();
      }
      channel.truncate(0);
      String owner = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.US_ASCII)), 0);
      return opened.done(Optional.of(channel));
    }
  }

  /** Which file has the name now; null for none. Windows has no keys, and deletes no open file. */
  private static Object key(Path file) throws IOException {
    try {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return key == null ? "the only one" : key;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static void lock(Path file, FileChannel channel, String use) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock(LOCKED_BYTE, 1, false);
    } catch (OverlappingFileLockException e) {
      throw heldHere(file, use);
    }
    if (lock == null) {
      throw refused(
          file,
          "the process "
              + Files.readString(file).strip()
              + " "
              + use
              + " here; wait for it or stop it, or choose another folder");
    }
  }

  private static FileSystemException heldHere(Path file, String use) {
    return refused(file, "this process " + use + " here already; close that one first");
  }

  private static FileSystemException refused(Path file, String reason) {
    return new FileSystemException(file.toString(), null, reason);
  }

  /**
   * Deletes the lock's file, for a folder that is about to be deleted. The lock is still held until
   * it is closed; the next process makes a new file.
   *
   * @throws IOException if the disk refuses
   */
  public void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  /**
   * Lets others in. Closing twice is harmless.
   *
   * @throws IOException if the disk refuses
   */
  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      try {
        channel.close();
      } finally {
        HELD.remove(folder);
      }
    }
  }
}
