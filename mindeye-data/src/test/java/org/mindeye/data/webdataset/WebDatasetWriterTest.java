// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.data.Split;
import org.mindeye.data.TestTrials;
import org.mindeye.formats.tensor.ElementType;

class WebDatasetWriterTest {
  @TempDir private Path folder;

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void should_delete_all_it_can_when_a_shard_cannot_be_deleted() throws IOException {
    WebDatasetWriter writer =
        WebDatasetWriter.create(folder, 9, new WriterConfig(2, ElementType.FLOAT32));
    Path stuck = null;
    for (Split split : Split.values()) {
      writer.add(split, TestTrials.trials(1).get(0));
      if (split == Split.VALIDATION) {
        Path middle = folder.resolve(split.folder());
        stuck = files().stream().filter(file -> file.startsWith(middle)).findFirst().orElseThrow();
      }
    }
    Files.delete(stuck); // a folder with something in it cannot be deleted
    Files.createDirectories(stuck.resolve("full"));

    assertThatThrownBy(writer::close)
        .isInstanceOf(DirectoryNotEmptyException.class)
        .hasNoSuppressedExceptions();
    assertThat(files()).isEmpty();
    assertThat(folder).isDirectoryContaining(path -> path.endsWith(Split.VALIDATION.folder()));
    assertThat(folder).isDirectoryNotContaining(path -> !path.endsWith(Split.VALIDATION.folder()));
    Files.delete(stuck.resolve("full"));
    writer.close();
    assertThat(stuck).doesNotExist();
  }
}
