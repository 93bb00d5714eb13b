// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
  @TempDir Path folder;

  @Test
  void should_delete_what_is_below_and_nothing_beside() throws IOException {
    Path kept = Files.write(folder.resolve("kept"), new byte[] {1});
    Path gone = Files.createDirectories(folder.resolve("gone/deep/deeper")).getParent();
    Files.write(gone.resolve("file"), new byte[] {2});
    Folders.delete(folder.resolve("gone"));
    assertThat(folder).isDirectoryNotContaining("glob:**gone").isDirectoryContaining("glob:**kept");
    assertThat(kept).hasBinaryContent(new byte[] {1});
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void should_not_follow_links() throws IOException {
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Files.write(kept.resolve("file"), new byte[] {1});
    Path gone = Files.createDirectory(folder.resolve("gone"));
    Files.createSymbolicLink(gone.resolve("link"), kept);
    Folders.delete(gone);
    assertThat(gone).doesNotExist();
    assertThat(kept.resolve("file")).exists();
  }

  @Test
  void should_name_a_folder_that_is_missing() {
    Path absent = folder.resolve("absent");
    assertThatThrownBy(() -> Folders.delete(absent))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("absent");
  }

  @Test
  void should_force_a_folder() {
    assertThatCode(() -> Folders.force(folder)).doesNotThrowAnyException();
  }
}
