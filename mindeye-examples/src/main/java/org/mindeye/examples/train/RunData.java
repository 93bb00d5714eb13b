package org.mindeye.examples.train;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mindeye.core.MindEyeException;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.Split;
import org.mindeye.data.Splits;
import org.mindeye.data.Subject;
import org.mindeye.data.Trial;
import org.mindeye.data.augmentation.AugmentationConfig;
import org.mindeye.data.webdataset.NsdWebDataset;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.examples.console.Console;
import org.mindeye.training.AugmentedTargets;
import org.mindeye.training.CachedTargets;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.TrainingSplit;

/**
 * The two splits of a run, with their targets.
 *
 * @param training learned from
 * @param validation judged on
 * @param encoder makes targets of training images as they come; null if all are made
 */
record RunData(TrainingSplit training, TrainingSplit validation, ClipImageEncoder encoder)
    implements AutoCloseable {
  private static final double GIB = 1L << 30;

  /** The heap is more than what stays in it. */
  private static final double ROOM = 1.3;

  /** Reads both splits, refuses what the recipe cannot use, and then encodes the pictures. */
  static RunData read(RunSource source, Device device, Console console) throws IOException {
    Path folder = Path.of(source.data());
    ReaderConfig reader = reader(folder, source.subject(), Split.TRAIN);
    requireHeap(source, reader.voxels());
    console.say("reading subject %d from %s", source.subject(), folder);
    List<Trial> training = trials(folder, source.subject(), Split.TRAIN, reader);
    List<Trial> validation = trials(folder, source.subject(), Split.VALIDATION, reader);
    Splits.requireDisjoint(Map.of(Split.TRAIN, training, Split.VALIDATION, validation));
    requireAStep(training.size(), source.config().train());
    ClipImageEncoder clip = encoder(source, device);
    try {
      return encoded(source, clip, training, validation, console);
    } catch (RuntimeException e) {
      clip.close();
      throw e;
    }
  }

  private static RunData encoded(
      RunSource source,
      ClipImageEncoder clip,
      List<Trial> training,
      List<Trial> validation,
      Console console) {
    RunConfig config = source.config();
    boolean last = config.model().finalLayer();
    int pictures = validation.size() + (config.augment() ? 0 : training.size());
    console.say(
        "encoding %d pictures as %s CLIP tokens%s",
        pictures,
        last ? clip.finalSpace() : clip.space(),
        config.augment() ? "; those of training are augmented and encoded in every step" : "");
    TrainingSplit judged =
        new TrainingSplit(Split.VALIDATION, validation, targets(clip, validation, last));
    if (config.augment()) {
      return new RunData(
          new TrainingSplit(Split.TRAIN, training, augmented(source, clip)), judged, clip);
    }
    TrainingSplit learned = new TrainingSplit(Split.TRAIN, training, targets(clip, training, last));
    clip.close();
    return new RunData(learned, judged, null);
  }

  private static AugmentedTargets augmented(RunSource source, ClipImageEncoder clip) {
    int size = source.clipConfig().imageSize();
    AugmentationConfig paper = AugmentationConfig.paper().withSize(size);
    long seed = source.config().train().seed();
    return source.config().model().finalLayer()
        ? AugmentedTargets.ofFinalLayer(clip, paper, seed)
        : new AugmentedTargets(clip, paper, seed);
  }

  static ClipImageEncoder encoder(RunSource source, Device device) throws IOException {
    return ClipImageEncoder.load(Path.of(source.clip()), source.clipConfig(), device);
  }

  static CachedTargets targets(ClipImageEncoder clip, List<Trial> trials, boolean finalLayer) {
    return finalLayer
        ? CachedTargets.encodeFinalLayer(clip, trials)
        : CachedTargets.encode(clip, trials);
  }

  /** Subjects of the Natural Scenes Dataset have a known number of voxels, others any. */
  static ReaderConfig reader(Path folder, int subject, Split split) throws IOException {
    return ReaderConfig.of(
        subject <= Subject.values().length
            ? Subject.of(subject).voxels()
            : NsdWebDataset.voxels(folder, subject, split));
  }

  static List<Trial> trials(Path folder, int subject, Split split, ReaderConfig reader)
      throws IOException {
    try (NsdWebDataset dataset = NsdWebDataset.open(folder, subject, split, reader)) {
      return dataset.readAll();
    }
  }

  int voxels() {
    return training.trials().get(0).voxelCount();
  }

  /** Now, not after the pictures are encoded. */
  private static void requireAStep(int samples, TrainingConfig recipe) {
    int needed = Math.multiplyExact(recipe.batchSize(), recipe.optimizer().accumulation());
    if (samples < needed) {
      throw new MindEyeException(
          String.format(
                  Locale.ROOT,
                  "training split: a step needs %d samples (%d batches of %d) but there are %d; use smaller",
                  needed,
                  recipe.optimizer().accumulation(),
                  recipe.batchSize(),
                  samples)
              + " batches, or fewer for a step");
    }
  }

  /**
   * Responses and cached targets stay in the heap; without this, it would be full after minutes.
   */
  private static void requireHeap(RunSource source, int voxels) throws IOException {
    RunConfig config = source.config();
    long training = samples(source, Split.TRAIN, voxels);
    long validation = samples(source, Split.VALIDATION, voxels);
    requireHeap(
        validation + training,
        validation + (config.augment() ? 0 : training),
        voxels,
        config.model().space(source.clipConfig()),
        Runtime.getRuntime().maxMemory());
  }

  private static long samples(RunSource source, Split split, int voxels) throws IOException {
    try (NsdWebDataset dataset =
        NsdWebDataset.open(
            Path.of(source.data()), source.subject(), split, ReaderConfig.of(voxels))) {
      return dataset.total().orElse(0);
    }
  }

  static void requireHeap(long samples, long cached, int voxels, ClipSpace space, long heap) {
    long needed = Float.BYTES * (samples * 3L * voxels + cached * space.size());
    double advised = ROOM * needed;
    if (advised > heap) {
      throw new MindEyeException(
          String.format(
                  Locale.ROOT,
                  "heap: responses of %d pictures and targets of %d take %.1f GiB, and work some more; this JVM may use %.1f;",
                  samples,
                  cached,
                  needed / GIB,
                  heap / GIB)
              + String.format(
                  Locale.ROOT,
                  " start it with a larger one, for example MINDEYE_JAVA_OPTS=-Xmx%dg",
                  (long) Math.ceil(advised / GIB)));
    }
  }

  /** Frees the encoder. */
  @Override
  public void close() {
    if (encoder != null) {
      encoder.close();
    }
  }
}
