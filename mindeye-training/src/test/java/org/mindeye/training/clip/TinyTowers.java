// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.stream.IntStream;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.data.RawImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.training.clip.ClipTask.PlaceQuestion;
import org.mindeye.training.clip.ClipTask.Question;

/** Pictures of a light square of one colour in one corner of a dark ground, and small towers. */
final class TinyTowers {
  static final int SIDE = 8;
  static final int CORNERS = 4;
  static final int COLORS = 3;

  /** Colours from 0 on, then corners. */
  static final ClipTask TASK =
      new ClipTask(
          COLORS + CORNERS,
          2,
          List.of(new PlaceQuestion("square", 2), new PlaceQuestion("color", 1 + COLORS)),
          List.of(
              new Question("color", answers(0, COLORS)),
              new Question("corner", answers(COLORS, CORNERS))));

  static final VisionTransformerConfig SHAPE =
      new VisionTransformerConfig(16, 32, 1, 2, new PatchGrid(SIDE, 4), 8, Nonlinearity.GELU);

  private TinyTowers() {}

  private static List<Description> answers(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(word -> Description.of(Phrase.of(word)))
        .toList();
  }

  static ClipTowers towers(long seed) {
    return ClipTowers.initialize(SHAPE, TASK, 12, Device.cpu(), NoiseSource.seeded(seed));
  }

  static DescribedSplit split(Split split, int count) {
    return new DescribedSplit(
        split,
        IntStream.range(0, count)
            .mapToObj(i -> picture(split + "-" + i, NoiseSource.seeded(5, split.ordinal(), i)))
            .toList());
  }

  static DescribedPicture picture(String key, NoiseSource noise) {
    float[] drawn = new float[2 + 3 * SIDE * SIDE];
    noise.uniform(drawn);
    int color = (int) (COLORS * drawn[0]);
    int corner = (int) (CORNERS * drawn[1]);
    byte[] pixels = new byte[3 * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      boolean lit = i % 3 == color && patch(i / 3) == corner;
      pixels[i] = (byte) ((lit ? 200 : 20) + 40 * drawn[2 + i]);
    }
    int[] squares = new int[CORNERS];
    int[] colors = new int[CORNERS];
    squares[corner] = 1;
    colors[corner] = 1 + color;
    return new DescribedPicture(
        RawImage.of(SampleOrigin.memory(key), SIDE, SIDE, pixels),
        Description.of(Phrase.of(color), Phrase.of(COLORS + corner)),
        PlaceLabels.of(squares, colors));
  }

  private static int patch(int pixel) {
    int x = pixel % SIDE;
    int y = pixel / SIDE;
    return 2 * (y / (SIDE / 2)) + x / (SIDE / 2);
  }

  /** The unit vector of a picture. */
  static double[] image(ClipTowers towers, DescribedPicture picture, NDManager manager) {
    return widened(
        ClipVectors.normalized(
            ClipObjective.seen(towers, List.of(picture), manager).imageEmbeds()));
  }

  /** The unit vector of a text. */
  static double[] text(ClipTowers towers, Description description, NDManager manager) {
    return widened(
        towers.texts().forward(Mentions.words(List.of(description), towers.task(), manager)));
  }

  private static double[] widened(ClipVectors vector) {
    float[] values = vector.array().toFloatArray();
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
