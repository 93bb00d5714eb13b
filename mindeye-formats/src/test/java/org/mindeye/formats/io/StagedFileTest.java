// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
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

  @Test
  void should_give_back_what_was_written_and_continue() throws IOException {
    Path target = folder.resolve("data.bin");
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    try (StagedFile file = StagedFile.create(target)) {
      file.output().write(1);
      file.write(ByteBuffer.wrap(new byte[] {2}));
      file.output().write(3);
      file.copyTo(copy);
      file.output().write(4);
      file.publish();
    }
    assertThat(copy.toByteArray()).containsExactly(1, 2, 3);
    assertThat(target).hasBinaryContent(new byte[] {1, 2, 3, 4});
  }

  @Test
  void should_leave_nothing_when_the_process_is_asked_to_end() throws Exception {
    Process process = StagingProcess.start(folder);
    // SIGTERM; SIGINT runs the same hooks. Process.destroy would close the input it waits for, too.
    process.toHandle().destroy();
    process.waitFor();
    assertThat(process.exitValue()).isEqualTo(143);
    assertThat(files().stream().map(path -> path.getFileName().toString()))
        .containsExactlyInAnyOrder("complete.bin", "published.bin");
  }

  @Test
  void should_sweep_what_a_killed_process_left_and_nothing_else() throws Exception {
    List<String> foreign =
        List.of(
            "data.bin.0ee3c5f0-9a7d-4c1f-8d8e-2f8b2f7a1c11.tmp",
            ".data.bin.tmp",
            ".data.bin.0EE3C5F0-9A7D-4C1F-8D8E-2F8B2F7A1C11.tmp",
            ".0ee3c5f0-9a7d-4c1f-8d8e-2f8b2f7a1c11.tmp");
    for (String name : foreign) {
      Files.write(folder.resolve(name), new byte[1]);
    }
    Files.createDirectory(folder.resolve(".step.0ee3c5f0-9a7d-4c1f-8d8e-2f8b2f7a1c11.tmp"));
    Process process = StagingProcess.start(folder);
    assertThat(StagedFile.sweep(folder)).isEmpty(); // its writer lives
    process.toHandle().destroyForcibly();
    process.waitFor();
    try (StagedFile own = StagedFile.create(folder.resolve("own.bin"))) {
      own.output().write(5);
      assertThat(StagedFile.sweep(folder))
          .extracting(path -> path.getFileName().toString().replaceFirst("\\.[^.]*\\.tmp$", ""))
          .containsExactlyInAnyOrder(".open.bin", ".finished.bin", ".rows.npz");
      assertThat(StagedFile.sweep(folder)).isEmpty();
      own.publish();
    }
    assertThat(files().stream().map(path -> path.getFileName().toString()))
        .containsAll(foreign)
        .contains("complete.bin", "published.bin", "half a checkpoint", "own.bin")
        .hasSize(foreign.size() + 5);
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }
}
