package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Trial;
import org.mindeye.data.simulation.ScenePainter;
import org.mindeye.training.CachedTargets;

class CustomLoopTest {
  private static final int EPOCHS = 30;

  /** Scenes whose voxels are the image's own pixels: easy to learn. */
  static List<Trial> trials() throws IOException {
    ScenePainter painter = new ScenePainter(64);
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 48; i++) {
      SampleOrigin origin = SampleOrigin.memory("sample" + i);
      EncodedImage image =
          EncodedImage.png(origin, painter.paint(painter.invent(NoiseSource.seeded(1, i))));
      float[] planes = image.toFloats();
      float[] voxels = new float[150];
      for (int v = 0; v < voxels.length; v++) {
        voxels[v] = 2 * planes[v * 81] - 1;
      }
      trials.add(
          new Trial(origin, image, new float[][] {voxels, voxels, voxels}, i, new long[] {i}, 1));
    }
    return trials;
  }

  @Test
  void should_learn_and_find_the_seen_image() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    List<Trial> trials = trials();
    try (ClipImageEncoder clip = CustomLoop.smallClip(Device.cpu())) {
      CachedTargets targets = CachedTargets.encode(clip, trials);
      ResidualMlpBackbone backbone = CustomLoop.train(Device.cpu(), trials, targets, EPOCHS, out);

      assertThat(CustomLoop.find(backbone, trials, targets, trials.get(3)))
          .hasSize(5)
          .first()
          .satisfies(best -> assertThat(best.id()).isEqualTo(3));
    }
    List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(EPOCHS);
    assertThat(loss(lines.get(EPOCHS - 1))).isLessThan(loss(lines.get(0)) / 2);
  }

  private static double loss(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1).replace(',', '.'));
  }
}
