// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.formats.tensor.MalformedFileException;

class WeightFilesTest {
  @TempDir private Path folder;

  @Test
  void should_know_a_file_by_its_content() throws IOException {
    Path misnamed = folder.resolve("last.pth");
    Files.copy(SafetensorsTest.fixture("types"), misnamed);
    try (StateDict file = WeightFiles.open(misnamed)) {
      assertThat(file.names()).contains("a.float32");
      assertThat(file.source()).isEqualTo(misnamed.toString());
    }
  }

  @Test
  void should_say_what_it_found_instead() throws IOException {
    Path file = folder.resolve("x");
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> WeightFiles.open(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(file + ": expected a safetensors file")
        .hasMessageEndingWith(
            "but found an empty file: an interrupted download or copy? Get it again");
    Files.writeString(file, "<html>");
    assertThatThrownBy(() -> WeightFiles.open(file))
        .hasMessageContaining("but found a web page (HTML) instead of the file: ");
    assertThatThrownBy(() -> WeightFiles.open(folder.resolve("absent")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
