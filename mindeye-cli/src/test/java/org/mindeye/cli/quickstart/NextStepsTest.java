// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;

/** The commands that a quickstart offers do what they say. */
class NextStepsTest {
  /** Behind these stands what a command writes, from where it is started. */
  private static final Set<String> OUTPUTS = Set.of("--gallery", "--html", "--out");

  @TempDir private static Path place;

  private static QuickstartConfig config;

  @BeforeAll
  static void run() throws IOException {
    config = Miniature.config(place.resolve("quickstart-out"), 1);
    Miniature.run(config);
  }

  private static void assertWorks(String command) {
    List<String> words = Stream.of(command.strip().split(" ")).toList();
    assertThat(words.get(0)).isEqualTo("./mindeye");
    Object[] arguments = new Object[words.size() - 1];
    for (int i = 1; i < words.size(); i++) {
      boolean written = OUTPUTS.contains(words.get(i - 1));
      arguments[i - 1] = written ? place.resolve(words.get(i)) : words.get(i);
    }
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.err()).as(command).isEmpty();
    assertThat(run.code()).as(command).isZero();
  }

  @Test
  void should_search_its_scenes_by_the_printed_commands() throws IOException {
    List<String> lines = NextSteps.here(config).text().lines().toList();
    assertThat(lines).hasSize(3);

    lines.subList(1, 3).forEach(NextStepsTest::assertWorks);

    String page = Files.readString(place.resolve("neighbors.html"));
    assertThat(page.split("<img ")).hasSize(1 + config.pictures().test() * 6);
    assertThat(page).contains("a frame marks the seen one").doesNotContain("could not be read");
  }

  @Test
  void should_offer_commands_that_run() {
    NextSteps here = NextSteps.here(config);

    assertWorks(here.retrieve());
    assertWorks(here.evaluate());
    assertWorks(here.inspect());
  }

  @Test
  void should_not_say_on_the_page_where_the_folder_is() throws IOException {
    assertThat(Files.readString(config.html()))
        .contains(
            "./mindeye gallery build --gallery scenes --data quickstart-out/data --subject 99"
                + " --clip quickstart-out/clip.safetensors --layer hidden",
            "./mindeye gallery search --gallery scenes --weights quickstart-out/model.safetensors"
                + " --data quickstart-out/data --subject 99 --split test --html neighbors.html")
        .doesNotContain(place.toString());
  }

  @Test
  void should_quote_folders_that_a_shell_would_divide() {
    QuickstartConfig elsewhere = Miniature.config(Path.of("my runs", "it's one"), 1);

    assertThat(NextSteps.here(elsewhere).buildGallery())
        .contains("--data 'my runs/it'\\''s one/data' --subject 99");
  }
}
