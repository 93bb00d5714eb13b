// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;

/** The walk of a page from the quickstart to a run of your own works as it is written there. */
class PageWalkTest {
  private static final Pattern WALK =
      Pattern.compile("<!-- walk -->\n```sh\n(.*?)```", Pattern.DOTALL);

  /** Tests run in the folder of their module. */
  private static final Path PAGE = Path.of("../docs/train.md");

  @TempDir private Path folder;

  @Test
  void should_lead_from_the_quickstart_to_a_run_of_your_own() throws IOException {
    List<String> lines = walk();
    assertThat(lines).hasSize(11);
    assertThat(lines.get(0)).isEqualTo("quickstart");
    Miniature.run(Miniature.config(folder.resolve("quickstart-out"), 1));

    for (String line : lines.subList(1, lines.size())) {
      if (line.startsWith("train --data")) {
        assertWorks(line + " --steps 1");
        assertThat(folder.resolve(line.replaceFirst(".*--out (\\S+).*", "$1")))
            .as("a dry run")
            .doesNotExist();
      }
      assertWorks(line);
    }

    for (String file :
        List.of(
            "runs/toy/model.safetensors",
            "runs/toy/report.html",
            "runs/first/model.safetensors",
            "runs/first/report.html",
            "runs/second/model.safetensors",
            "tokens.npz",
            "runs/blurry/model.safetensors")) {
      assertThat(folder.resolve(file)).exists();
    }
  }

  private void assertWorks(String line) {
    CommandRun run =
        CommandRun.of(
            Stream.of(line.split("\\s+"))
                .map(word -> isPath(word) ? folder.resolve(word) : word)
                .toArray());
    assertThat(run.err()).as(line).isEmpty();
    assertThat(run.code()).as(line).isZero();
  }

  private static boolean isPath(String word) {
    return word.contains("/") || word.endsWith(".npz");
  }

  /** The commands, each on a line, without the program's name and comments. */
  private static List<String> walk() throws IOException {
    Matcher block = WALK.matcher(Files.readString(PAGE));
    List<String> lines = new ArrayList<>();
    while (block.find()) {
      for (String line : block.group(1).replace("\\\n", " ").split("\n")) {
        assertThat(line).startsWith("./mindeye ");
        lines.add(line.replaceFirst("\\./mindeye ", "").replaceFirst(" +#.*", ""));
      }
    }
    return lines;
  }
}
