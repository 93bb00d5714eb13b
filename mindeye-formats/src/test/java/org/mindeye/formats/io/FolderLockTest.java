// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One writer in a folder; other processes are tried where checkpoints are written. */
class FolderLockTest {
  @TempDir private Path folder;

  @Test
  void should_let_one_holder_in_at_a_time() throws IOException {
    try (FolderLock lock = FolderLock.acquire(folder, "paints")) {
      assertThatThrownBy(() -> FolderLock.acquire(folder.resolve("."), "paints"))
          .isInstanceOf(FileSystemException.class)
          .hasMessage(
              folder.resolve("./.lock")
                  + ": this process paints here already; close that one first");
      assertThat(folder.resolve(FolderLock.NAME)).hasContent(ProcessHandle.current().pid() + "");
      lock.close();
      lock.close();
      FolderLock.acquire(folder, "paints").close();
    }
    assertThat(folder.resolve(FolderLock.NAME)).exists();
  }

  @Test
  void should_go_with_its_folder() throws IOException {
    try (FolderLock lock = FolderLock.acquire(folder, "paints")) {
      lock.delete();
      assertThat(folder).isEmptyDirectory();
    }
    FolderLock.acquire(folder, "paints").close();
  }

  @Test
  void should_need_a_folder() {
    Path absent = folder.resolve("absent");
    assertThatThrownBy(() -> FolderLock.acquire(absent, "paints"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(absent.toString());
  }
}
