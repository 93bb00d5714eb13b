// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoresFolderTest {
  @TempDir private Path folder;

  private static Map<String, byte[]> contents(String text) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    List.of(ScoresFolder.RESULT, ScoresFolder.PAGE)
        .forEach(name -> contents.put(name, text.getBytes(StandardCharsets.UTF_8)));
    return contents;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void should_replace_what_an_earlier_evaluation_wrote() throws IOException {
    Path out = folder.resolve("some/out");
    for (String text : List.of("first", "second")) {
      try (ScoresFolder scores = ScoresFolder.claim(out)) {
        scores.write(contents(text));
      }
      assertThat(out.resolve("evaluation.json")).hasContent(text);
      assertThat(names(out)).containsExactly(".lock", "evaluation.json", "report.html");
    }
  }

  @Test
  void should_keep_all_of_the_old_when_the_new_cannot_be_written() throws IOException {
    try (ScoresFolder scores = ScoresFolder.claim(folder)) {
      scores.write(contents("old"));
      Map<String, byte[]> broken = contents("new");
      broken.put("images.csv", null);
      assertThatThrownBy(() -> scores.write(broken)).isInstanceOf(NullPointerException.class);
    }
    assertThat(folder.resolve("evaluation.json")).hasContent("old");
    assertThat(folder.resolve("report.html")).hasContent("old");
    assertThat(names(folder)).containsExactly(".lock", "evaluation.json", "report.html");
  }

  @Test
  void should_let_one_evaluation_write_at_a_time() throws IOException {
    try (ScoresFolder scores = ScoresFolder.claim(folder)) {
      assertThatThrownBy(() -> ScoresFolder.claim(folder))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("writes scores here already");
      assertThat(scores.page()).isEqualTo(folder.resolve("report.html"));
    }
  }

  @Test
  void should_leave_no_new_folder_behind_when_nothing_was_written() throws IOException {
    Path made = folder.resolve("new");
    ScoresFolder.claim(made).close();
    assertThat(made).doesNotExist();
    ScoresFolder.claim(folder).close();
    assertThat(names(folder)).containsExactly(".lock");
  }
}
