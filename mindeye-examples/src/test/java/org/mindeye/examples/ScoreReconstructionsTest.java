// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.document.Document;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.protocol.EvaluationResult;

class ScoreReconstructionsTest {
  private static final int IMAGES = 9;

  @TempDir private Path folder;

  /** A disc per picture; reconstructions are twice as large, and a little off. */
  @BeforeEach
  void paint() throws IOException {
    Files.createDirectory(folder.resolve("seen"));
    Files.createDirectory(folder.resolve("painted"));
    for (int i = 0; i < IMAGES; i++) {
      write("seen", i, 40, 4 * (i % 3), 4 * i);
      write("painted", i, 80, 8 * (i % 3) + 3, 8 * i - 3);
    }
  }

  private void write(String place, int index, int side, int x, int y) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    pen.setColor(new Color(250 - 20 * index, 60 + 15 * index, 120));
    pen.fillOval(x, y, side / 3, side / 3);
    pen.dispose();
    EncodedImage png = EncodedImage.png(SampleOrigin.memory("p" + index), image);
    Files.write(folder.resolve(place).resolve("p" + index + ".png"), png.bytes());
  }

  private String run() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ScoreReconstructions.run(
        new PrintStream(printed, true, StandardCharsets.UTF_8),
        folder.resolve("seen").toString(),
        folder.resolve("painted").toString(),
        folder.resolve("scores.json").toString());
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void should_print_scores_and_write_what_they_were_made_of() throws IOException {
    assertThat(run().lines())
        .startsWith("images: 0 of 9", "images: 8 of 9", "images: 9 of 9")
        .anyMatch(line -> line.matches("PixCorr +0\\.[5-9].* p 0\\.00\\d\\d"))
        .anyMatch(line -> line.matches("SSIM +0\\..*"))
        .anyMatch(line -> line.contains("SwAV"));
    EvaluationResult result =
        Document.read(folder.resolve("scores.json")).as(EvaluationResult.class);
    assertThat(result.protocol()).isEqualTo(EvaluationProtocol.mindEye1());
    assertThat(result.inputs().ids()).startsWith("p0.png").hasSize(IMAGES);
  }

  @Test
  void should_miss_a_reconstruction() throws IOException {
    Files.delete(folder.resolve("painted").resolve("p5.png"));
    assertThatThrownBy(this::run)
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("p5.png");
    assertThatThrownBy(() -> ScoreReconstructions.run(System.out, "one"))
        .hasMessage("expected a folder of pictures, one of reconstructions, and the file to write");
  }
}
