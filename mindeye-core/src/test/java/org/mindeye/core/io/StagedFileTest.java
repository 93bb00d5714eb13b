package org.mindeye.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedFileTest {
  @TempDir Path folder;

  @Test
  void should_show_nothing_under_the_final_name_before_publishing() throws IOException {
    Path target = folder.resolve("data.bin");
    try (StagedFile file = StagedFile.create(target)) {
      file.output().write(new byte[] {1, 2, 3});
      file.finish();
      file.finish();
      assertThat(target).doesNotExist();
      file.publish();
      assertThat(target).hasBinaryContent(new byte[] {1, 2, 3});
    }
    assertThat(files()).containsExactly(target);
  }

  @Test
  void should_leave_the_old_file_and_no_other_when_closed_without_publishing() throws IOException {
    Path target = Files.write(folder.resolve("data.bin"), new byte[] {7});
    StagedFile file = StagedFile.create(target);
    file.output().write(new byte[100_000]);
    file.close();
    file.close();
    assertThat(files()).containsExactly(target);
    assertThat(target).hasBinaryContent(new byte[] {7});
  }

  @Test
  void should_replace_an_old_file() throws IOException {
    Path target = Files.write(folder.resolve("data.bin"), new byte[] {7});
    try (StagedFile file = StagedFile.create(target)) {
      file.output().write(8);
      file.output().close();
      file.output().write(9);
      file.publish();
    }
    assertThat(target).hasBinaryContent(new byte[] {8, 9});
  }

  @Test
  void should_name_the_missing_folder() {
    assertThatThrownBy(() -> StagedFile.create(folder.resolve("absent/data.bin")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("absent");
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }
}
