// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedFolderTest {
  private static final String UUID = "01234567-89ab-cdef-0123-456789abcdef";
  @TempDir private Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> !file.equals(folder))
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void should_appear_whole() throws IOException {
    try (StagedFolder staged = StagedFolder.create(folder.resolve("x"))) {
      Files.writeString(staged.path().resolve("a"), "1");
      assertThat(names()).noneMatch(name -> name.startsWith("x"));
      staged.publish();
      assertThat(names()).containsExactly("x", "x/a");
    }
    assertThat(names()).containsExactly("x", "x/a");
  }

  @Test
  void should_leave_nothing_when_it_is_not_published() throws IOException {
    StagedFolder staged = StagedFolder.create(folder.resolve("x"));
    Files.writeString(staged.path().resolve("a"), "1");
    staged.close();
    staged.close();
    assertThat(names()).isEmpty();
  }

  @Test
  void should_refuse_a_name_that_is_taken_before_or_meanwhile() throws IOException {
    Path taken = Files.writeString(folder.resolve("x"), "1");
    assertThatThrownBy(() -> StagedFolder.create(taken))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage(taken + ": is there already: choose another name, or delete it");
    try (StagedFolder staged = StagedFolder.create(folder.resolve("y"))) {
      Files.createDirectory(folder.resolve("y"));
      assertThatThrownBy(staged::publish).isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(names()).containsExactly("x", "y");
  }

  @Test
  void should_remove_what_a_killed_process_left_of_the_same_folder() throws IOException {
    Path left = Files.createDirectory(folder.resolve(".x." + UUID + ".tmp"));
    Files.writeString(left.resolve("a"), "1");
    Files.createDirectory(folder.resolve(".other." + UUID + ".tmp"));
    Files.createDirectory(folder.resolve(".x.mine.tmp"));
    StagedFolder.create(folder.resolve("x")).close();
    assertThat(names()).containsExactly(".other." + UUID + ".tmp", ".x.mine.tmp");
  }

  @Test
  void should_leave_what_another_one_fills() throws IOException {
    try (StagedFolder first = StagedFolder.create(folder.resolve("x"))) {
      StagedFolder.create(folder.resolve("x")).close();
      assertThat(Files.isDirectory(first.path())).isTrue();
      first.publish();
    }
    assertThat(names()).containsExactly("x");
  }
}
