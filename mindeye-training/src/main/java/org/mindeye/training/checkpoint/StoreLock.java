package org.mindeye.training.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a second writer out of a folder, whether it is in this process or in another one. The
 * system releases the lock of a process that dies. The file stays: deleting it would let two
 * writers lock two files of that name.
 */
final class StoreLock implements Closeable {
  /** Far behind the content: a locked range cannot be read on every system. */
  private static final long LOCKED_BYTE = 1 << 30;

  /**
   * Folders this process has locked. Asked before the file is opened, because on POSIX closing any
   * channel of a file releases the process's locks on it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private StoreLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  static StoreLock acquire(Path folder) throws IOException {
    Path file = folder.resolve(StoreNames.LOCK);
    Path real = folder.toRealPath();
    if (!HELD.add(real)) {
      throw refused(file, "this process has the store open already; close that one first");
    }
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        lock(file, channel);
        return new StoreLock(real, channel);
      } catch (IOException | RuntimeException | Error e) {
        channel.close();
        throw e;
      }
    } catch (IOException | RuntimeException | Error e) {
      HELD.remove(real);
      throw e;
    }
  }

  /** The channel keeps the lock until it is closed. */
  private static void lock(Path file, FileChannel channel) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock(LOCKED_BYTE, 1, false);
    } catch (OverlappingFileLockException e) {
      throw refused(file, "this process has the store open already; close that one first");
    }
    if (lock == null) {
      throw refused(
          file,
          "the process "
              + Files.readString(file).strip()
              + " writes checkpoints here; wait for it or stop it, or choose another folder");
    }
    channel.truncate(0);
    String owner = ProcessHandle.current().pid() + "\n";
    channel.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.US_ASCII)), 0);
  }

  private static FileSystemException refused(Path file, String reason) {
    return new FileSystemException(file.toString(), null, reason);
  }

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
