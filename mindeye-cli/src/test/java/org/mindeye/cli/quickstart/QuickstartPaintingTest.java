// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.reconstruct.PaintedFiles;
import org.mindeye.core.engine.Torch;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.evaluation.PixelScores;

/** What a miniature quickstart paints. */
class QuickstartPaintingTest {
  @TempDir private static Path folder;
  @TempDir private Path other;

  private static QuickstartConfig config;
  private static QuickstartResult result;

  @BeforeAll
  static void run() throws IOException {
    config = Miniature.config(folder, 1);
    result = Miniature.run(config);
  }

  private static List<Path> pictures(Path where) throws IOException {
    try (Stream<Path> files = Files.list(where)) {
      return files.filter(file -> file.toString().endsWith(".png")).sorted().toList();
    }
  }

  @Test
  void should_leave_what_reconstruct_leaves() throws IOException {
    assertThat(pictures(config.painted())).hasSize(config.painting().scenes() * (1 + 1 + 2));
    assertThat(config.painted().resolve("reconstruct.json")).exists();
    assertThat(config.painted().resolve("contact-sheet.html")).exists();
    for (PaintedFiles painted : result.painting().painted()) {
      assertThat(painted.candidates()).hasSize(2);
      assertThat(painted.candidates().get(0).score().orElseThrow())
          .isGreaterThanOrEqualTo(painted.candidates().get(1).score().orElseThrow());
      assertThat(painted.chosen()).hasSameBinaryContentAs(painted.candidates().get(0).file());
    }
  }

  @Test
  void should_paint_the_same_by_the_command_from_the_files() throws IOException {
    CommandRun again =
        CommandRun.of(
            "reconstruct",
            "--weights=" + folder,
            "--model=" + config.modelWeights(),
            "--low-level=" + config.lowLevel().weights(),
            "--data=" + config.data(),
            "--subject=99",
            "--first=" + config.painting().scenes(),
            "--steps=" + config.painting().decoding().steps(),
            "--guidance=" + config.painting().decoding().guidance(),
            "--strength=" + config.painting().decoding().strength(),
            "--seed=" + config.painting().decoding().seed(),
            "--candidates=" + config.painting().decoding().candidates(),
            "--prior-steps=" + config.painting().priorSteps(),
            "--all-candidates",
            "--out=" + other.resolve("again"));

    assertThat(again.code()).as(again.err()).isZero();
    for (Path picture : pictures(config.painted())) {
      assertThat(other.resolve("again").resolve(picture.getFileName()))
          .hasSameBinaryContentAs(picture);
    }
  }

  /** From the files, by the shortest way. */
  @Test
  void should_score_what_was_painted() throws IOException {
    JsonNode json = new ObjectMapper().readTree(config.json().toFile()).get("painted");

    assertThat(json.get("scenes").asInt()).isEqualTo(config.painting().scenes());
    List<PaintedFiles> files = result.painting().painted();
    each(json.at("/whole/each_pixcorr"), files.stream().map(PaintedFiles::chosen).toList());
    each(
        json.at("/blurry/each_pixcorr"),
        files.stream().map(painted -> painted.blurry().orElseThrow()).toList());
  }

  private static void each(JsonNode scores, List<Path> files) throws IOException {
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      for (int i = 0; i < files.size(); i++) {
        Trial seen = result.data().test().trials().get(i);
        assertThat(seen.cocoId()).isEqualTo(result.painting().painted().get(i).cocoId());
        EncodedImage painted =
            EncodedImage.of(
                SampleOrigin.memory("painted"),
                Files.readAllBytes(files.get(i)),
                ImageLimits.DEFAULT);
        double expected =
            PixelScores.each(
                    ImageBatches.ofTrials(List.of(seen), manager),
                    ImageBatches.of(List.of(painted), manager),
                    PixelGrid.unchanged())
                .get(0)
                .pixCorr();
        assertThat(scores.get(i).asDouble()).isCloseTo(expected, within(1e-9));
      }
    }
  }

  @Test
  void should_show_the_painted_pictures_and_what_each_part_adds() throws IOException {
    assertThat(Files.readString(config.html()))
        .contains(
            "Seen and painted",
            "<th scope=\"col\">seen</th>",
            "<th scope=\"col\">blurry</th>",
            "<th scope=\"col\">chosen</th>",
            "<th scope=\"col\">candidate 2</th>",
            "What each part adds to the pictures",
            "From the seen picture&#39;s tokens",
            "What to do next",
            "./mindeye reconstruct --weights " + folder.getFileName());
    assertThat(Files.readString(folder.resolve("scores.csv")))
        .contains("With image-to-image, the best");
  }

  @Test
  void should_replace_what_an_earlier_one_painted() throws IOException {
    Path kept = Files.writeString(config.painted().resolve("mine.txt"), "mine");
    List<Path> before = pictures(config.painted());

    new EarlierRun(config).replace();

    assertThat(before).allMatch(Files::notExists);
    assertThat(kept).hasContent("mine");
    Miniature.run(config);
    assertThat(pictures(config.painted())).isEqualTo(before);
  }
}
