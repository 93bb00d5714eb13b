// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.RawImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.TrialImage;
import org.mindeye.data.simulation.ScenePainter;
import org.mindeye.training.lowlevel.ImageSplit;

/**
 * The scenes on which the small world's own networks are trained, chosen and tested. Each split has
 * a stream of random numbers of its own, and none is the one from which the quickstart draws its
 * scenes, whatever its seed.
 */
final class WorldScenes {
  /** Pixels per side, as the quickstart's. */
  static final int SIDE = 64;

  private static final long SEED = 2026;
  private static final long STREAM = 0x776f726c64L;

  private WorldScenes() {}

  /**
   * The first scenes of a split; painted each time they are looked at.
   *
   * @param split which one
   * @param count how many
   */
  static ImageSplit of(Split split, int count) {
    List<TrialImage> images =
        IntStream.range(0, count).mapToObj(i -> (TrialImage) scene(split, i)).toList();
    return new ImageSplit(split, images);
  }

  private static RawImage scene(Split split, int index) {
    SampleOrigin origin =
        SampleOrigin.memory(String.format(Locale.ROOT, "%s-scene-%05d", split.folder(), index));
    return RawImage.reading(origin, SIDE, SIDE, () -> pixels(split, index));
  }

  private static byte[] pixels(Split split, int index) {
    ScenePainter painter = new ScenePainter(SIDE);
    NoiseSource noise = NoiseSource.seeded(SEED, STREAM, split.ordinal(), index);
    BufferedImage picture = painter.paint(painter.invent(noise));
    int[] levels = picture.getRaster().getPixels(0, 0, SIDE, SIDE, (int[]) null);
    byte[] bytes = new byte[levels.length];
    for (int i = 0; i < levels.length; i++) {
      bytes[i] = (byte) levels[i];
    }
    return bytes;
  }
}
