// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.data.Split;

/** What a miniature quickstart leaves, in a folder that is new, used or in the way. */
class QuickstartFilesTest {
  @TempDir private static Path first;
  @TempDir private Path folder;

  @BeforeAll
  static void run() throws IOException {
    Miniature.run(Miniature.config(first, 1));
  }

  @Test
  void should_report_the_same_bytes_for_the_same_seed() throws IOException {
    Miniature.run(Miniature.config(folder, 1));

    assertThat(folder.resolve("report.json")).hasSameBinaryContentAs(first.resolve("report.json"));
    assertThat(folder.resolve("log.jsonl")).hasSameBinaryContentAs(first.resolve("log.jsonl"));
    assertThat(folder.resolve("model.safetensors"))
        .hasSameBinaryContentAs(first.resolve("model.safetensors"));
    for (Split split : Split.values()) {
      String shard = "data/" + split.folder() + "/" + split.folder() + "_subj99_0.tar";
      assertThat(folder.resolve(shard)).hasSameBinaryContentAs(first.resolve(shard));
    }
  }

  /** Arabic writes other digits, and a Turkish small I has no dot. */
  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "tr-TR"})
  void should_write_the_same_bytes_in_every_locale(String tag) throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag(tag));
    try {
      Miniature.run(Miniature.config(folder, 1), printed);
    } finally {
      Locale.setDefault(before);
    }

    List<Path> files = files(folder);
    assertThat(files).isEqualTo(files(first));
    for (Path file : files) {
      if (file.endsWith("report.html")) { // It says how long everything took.
        assertThat(Files.readString(folder.resolve(file)))
            .doesNotContainPattern("[\\p{Nd}&&[^0-9]]");
      } else if (!file.endsWith("reconstruct.json")) { // It says how long each picture took.
        assertThat(folder.resolve(file)).hasSameBinaryContentAs(first.resolve(file));
      }
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).doesNotContainPattern("[\\p{Nd}&&[^0-9]]");
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).map(folder::relativize).sorted().toList();
    }
  }

  @Test
  void should_remove_an_old_report_before_it_makes_anything_new() throws IOException {
    QuickstartConfig config = Miniature.config(folder, 1);
    Files.createDirectories(config.lowLevel().folder());
    for (Path old : new EarlierRun(config).ends()) {
      Files.writeString(old, "old");
    }
    Files.createDirectories(config.clipWeights()); // In the way: the run ends here.

    assertThatThrownBy(() -> Miniature.run(config)).isInstanceOf(IOException.class);

    assertThat(new EarlierRun(config).ends()).hasSize(10).noneMatch(Files::exists);
  }

  @Test
  void should_know_the_folder_of_an_earlier_run_for_its_own() throws IOException {
    QuickstartConfig earlier = Miniature.config(first, 1);
    Path killed =
        Files.writeString(
            first.resolve(".model.safetensors.3e8e3af5-19b8-430f-be86-38bc6de92d42.tmp"), "half");
    try {
      new EarlierRun(earlier).requireNothingElse();
    } finally {
      Files.delete(killed);
    }
    assertThat(new EarlierRun(earlier).ends()).allMatch(Files::exists);
  }

  @Test
  void should_rise_for_a_part_of_a_short_run() {
    assertThat(rise(1)).isEqualTo(0.3);
    assertThat(rise(2)).isEqualTo(0.6);
    assertThat(rise(3)).isEqualTo(2);
  }

  private double rise(int epochs) {
    return QuickstartConfig.of(Length.STANDARD, folder, 1, epochs)
        .training()
        .optimizer()
        .learningRate()
        .warmupEpochs();
  }

  @Test
  void should_replace_an_earlier_run_in_the_same_folder() throws IOException {
    Miniature.run(Miniature.config(folder, 2));
    byte[] before = Files.readAllBytes(folder.resolve("report.json"));
    Files.writeString(folder.resolve("data/train/notes.txt"), "mine");

    Miniature.run(Miniature.config(folder, 1));

    assertThat(Files.readAllBytes(folder.resolve("report.json"))).isNotEqualTo(before);
    assertThat(folder.resolve("report.json")).hasSameBinaryContentAs(first.resolve("report.json"));
    assertThat(folder.resolve("data/train/notes.txt")).hasContent("mine");
  }
}
