// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.document.Document;

/** What {@code inspect} says of a run, for a test of every recipe there is. */
public final class InspectedRun {
  private InspectedRun() {}

  /**
   * Checks the folder of a run with checkpoints, that of the checkpoints and of each, and every
   * file in them.
   *
   * @param run that was trained, and described in its folder
   * @param network how the sentence on its network begins
   */
  public static void check(Path run, String network) throws IOException {
    List<Path> folders = new ArrayList<>(List.of(run, run.resolve("checkpoints")));
    try (Stream<Path> steps = Files.list(run.resolve("checkpoints"))) {
      steps.filter(Files::isDirectory).forEach(folders::add);
    }
    assertThat(folders).hasSizeGreaterThan(2);
    for (Path folder : folders) {
      checkFolder(folder, network);
    }
    assertThat(lines(run))
        .contains("run:", "  device = cpu")
        .anyMatch(line -> line.matches("the best epoch, \\d+, in validation:"));
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        checkFile(file, network);
      }
    }
  }

  private static List<String> lines(Path place) {
    CommandRun inspected = CommandRun.of("inspect", place);
    assertThat(inspected.err()).isEmpty();
    assertThat(inspected.code()).isZero();
    return inspected.out().lines().toList();
  }

  private static void checkFolder(Path folder, String network) throws IOException {
    assertThat(lines(folder))
        .anyMatch(line -> line.startsWith("  is: " + network))
        .contains("config:", "model:")
        .anyMatch(line -> line.matches("  epochs = \\d+"));
    JsonNode json = new ObjectMapper().readTree(CommandRun.of("inspect", "--json", folder).out());
    if (json.get("epochs").asInt() > 0) {
      assertThat(lines(folder))
          .anyMatch(line -> line.matches("the best epoch, \\d+, in training:"))
          .anyMatch(line -> line.matches("the best epoch, \\d+, in validation:"));
      assertThat(json.at("/best_epoch/validation").size()).isPositive();
    }
    Path step = Path.of(json.get("steps").elements().next().asText());
    assertThat(json.at("/documents/config"))
        .isEqualTo(Document.read(step.resolve("config.json")).root());
  }

  private static void checkFile(Path file, String network) {
    String name = file.getFileName().toString();
    if (name.endsWith(".safetensors")) {
      boolean state = name.startsWith("optimizer");
      assertThat(lines(file).stream().anyMatch(line -> line.startsWith("  is: " + network)))
          .as(file.toString())
          .isEqualTo(!state);
    } else {
      CommandRun refused = CommandRun.of("inspect", file);
      assertThat(refused.code()).as(file.toString()).isEqualTo(1);
      assertThat(refused.err()).hasLineCount(1).contains(name);
    }
  }
}
