// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Announces every change of files before it happens, and every write again when half of it has
 * happened. Forcing is announced, and left out: what a killed process leaves is the same. A test
 * that looks at the folder, copies it, or is killed at each of these moments has seen all that a
 * killed writer can leave behind, without meeting a moment by chance.
 *
 * <pre>{@code
 * Path watched = WatchedDisk.watch(folder, change -> { ... });
 * writer.writeInto(watched);
 * }</pre>
 */
public final class WatchedDisk {
  /** What happens before a change. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * Is called by the writing thread, which waits.
     *
     * @param change what comes next, with the names of its files: {@code "move a to b"}
     * @throws IOException to the writer, instead of the change
     */
    void before(String change) throws IOException;
  }

  private WatchedDisk() {}

  /**
   * Watches what happens through a path, and through every path that is made from it.
   *
   * @param path of the default file system
   * @param watcher what to call
   * @return the same path, watched
   */
  public static Path watch(Path path, Watcher watcher) {
    return new WatchedFileSystem(path.getFileSystem(), watcher).wrap(path);
  }
}
