// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  private static final List<String> OWN =
      List.of(
          "metadata_subj01.json",
          "train/train_subj01_0.tar",
          "train/train_subj01_17.tar",
          "val/val_subj01_0.tar",
          "test/test_subj01_0.tar");
  private static final List<String> OTHERS =
      List.of(
          "metadata_subj02.json",
          "notes.txt",
          "train_subj01_0.tar",
          "train/train_subj02_0.tar",
          "train/train_subj01_backup.tar",
          "train/train_subj01_0.tar.old",
          "train/val_subj01_0.tar",
          "test/train_subj01_0.tar",
          "other/train_subj01_0.tar");

  @TempDir private Path folder;

  @Test
  void should_delete_the_files_of_an_earlier_run_and_nothing_else() throws IOException {
    for (List<String> names : List.of(OWN, OTHERS)) {
      for (String name : names) {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), name);
      }
    }

    DataFolder.clear(folder, 1);

    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile).map(f -> folder.relativize(f).toString()))
          .containsExactlyInAnyOrderElementsOf(OTHERS);
    }
  }

  @Test
  void should_accept_an_empty_folder() throws IOException {
    DataFolder.clear(folder, 1);

    assertThat(folder).isEmptyDirectory();
  }
}
