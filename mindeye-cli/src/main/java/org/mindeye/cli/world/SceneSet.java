// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.RawImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.TrialImage;
import org.mindeye.data.simulation.scene.Scene;
import org.mindeye.data.simulation.scene.SceneGenerator;
import org.mindeye.data.simulation.scene.ScenePainter;
import org.mindeye.training.attributes.LabelledPicture;
import org.mindeye.training.attributes.LabelledSplit;
import org.mindeye.training.clip.DescribedPicture;
import org.mindeye.training.clip.DescribedSplit;
import org.mindeye.training.lowlevel.ImageSplit;

/**
 * Scenes of many things, with what is known about them. Sets have streams of random numbers of
 * their own, and so have their splits; whatever the set, no {@linkplain
 * org.mindeye.data.simulation.scene.Combination combination} is in two splits. Pictures are painted
 * at once, on all processors, and stay in memory: 12 KiB each.
 */
enum SceneSet {
  /** What image towers, and all that learns from their tokens, are trained on. */
  WORLD("scene", 0x7363656e65L),
  /** What the judge is trained on: it has seen no scene of the others. */
  JUDGE("judged", 0x6a75646765L);

  /** Pixels per side. */
  static final int SIDE = 64;

  private static final long SEED = 2026;

  private final String name;
  private final long stream;

  SceneSet(String name, long stream) {
    this.name = name;
    this.stream = stream;
  }

  /** A scene of a split. */
  Scene scene(Split split, int index) {
    return SceneGenerator.of(split)
        .invent(NoiseSource.seeded(SEED, stream, split.ordinal(), index));
  }

  /** The first scenes of a split as pictures. */
  ImageSplit pictures(Split split, int count) {
    return new ImageSplit(split, all(count, index -> picture(split, index)));
  }

  private TrialImage picture(Split split, int index) {
    return painted(split, index, new ScenePainter(SIDE), scene(split, index));
  }

  /** The first scenes of a split with descriptions, and what is at each of some patches. */
  DescribedSplit described(Split split, int count, int patches) {
    return new DescribedSplit(split, all(count, index -> describe(split, index, patches)));
  }

  private DescribedPicture describe(Split split, int index, int patches) {
    Scene scene = scene(split, index);
    ScenePainter painter = new ScenePainter(SIDE);
    return new DescribedPicture(
        painted(split, index, painter, scene),
        SceneWords.describe(scene.description()),
        SceneWords.places(scene, painter.owners(scene), SIDE, patches));
  }

  /** The first scenes of a split with labels for a judge. */
  LabelledSplit labelled(Split split, int count) {
    return new LabelledSplit(split, all(count, index -> label(split, index)));
  }

  private LabelledPicture label(Split split, int index) {
    Scene scene = scene(split, index);
    return new LabelledPicture(
        painted(split, index, new ScenePainter(SIDE), scene),
        SceneWords.labels(scene.description()));
  }

  private static <T> List<T> all(int count, IntFunction<T> each) {
    return IntStream.range(0, count).parallel().mapToObj(each).toList();
  }

  private RawImage painted(Split split, int index, ScenePainter painter, Scene scene) {
    String key = String.format(Locale.ROOT, "%s-%s-%05d", split.folder(), name, index);
    return RawImage.of(SampleOrigin.memory(key), SIDE, SIDE, painter.pixels(scene));
  }
}
