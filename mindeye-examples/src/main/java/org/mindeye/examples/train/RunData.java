package org.mindeye.examples.train;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.mindeye.core.MindEyeException;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.Split;
import org.mindeye.data.Splits;
import org.mindeye.data.Subject;
import org.mindeye.data.Trial;
import org.mindeye.data.webdataset.NsdWebDataset;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.examples.console.Console;
import org.mindeye.training.CachedTargets;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.TrainingSplit;

/**
 * The two splits of a run, with their targets.
 *
 * @param training learned from
 * @param validation judged on
 */
record RunData(TrainingSplit training, TrainingSplit validation) {
  private static final double GIB = 1L << 30;

  /** Reads both splits, refuses what the recipe cannot use, and then encodes the pictures. */
  static RunData read(RunSource source, Device device, Console console) throws IOException {
    Path folder = Path.of(source.data());
    ReaderConfig reader = reader(folder, source.subject(), Split.TRAIN);
    ClipSpace space = source.config().model().space(source.clipConfig());
    requireHeap(source, reader.voxels(), space);
    console.say("reading subject %d from %s", source.subject(), folder);
    List<Trial> training = trials(folder, source.subject(), Split.TRAIN, reader);
    List<Trial> validation = trials(folder, source.subject(), Split.VALIDATION, reader);
    Splits.requireDisjoint(Map.of(Split.TRAIN, training, Split.VALIDATION, validation));
    requireAStep(training.size(), source.config().train());
    console.say(
        "encoding %d + %d pictures as %s CLIP tokens", training.size(), validation.size(), space);
    try (ClipImageEncoder clip = encoder(source, device)) {
      boolean last = source.config().model().finalLayer();
      return new RunData(
          new TrainingSplit(Split.TRAIN, training, targets(clip, training, last)),
          new TrainingSplit(Split.VALIDATION, validation, targets(clip, validation, last)));
    }
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
          "training split: a step needs %d samples (%d batches of %d) but there are %d; use smaller"
                  .formatted(needed, recipe.optimizer().accumulation(), recipe.batchSize(), samples)
              + " batches, or fewer for a step");
    }
  }

  /** Responses and targets stay in the heap; without this, it would be full after minutes. */
  private static void requireHeap(RunSource source, int voxels, ClipSpace space)
      throws IOException {
    long samples = 0;
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
      try (NsdWebDataset dataset =
          NsdWebDataset.open(
              Path.of(source.data()), source.subject(), split, ReaderConfig.of(voxels))) {
        OptionalLong total = dataset.total();
        samples += total.orElse(0);
      }
    }
    requireHeap(samples, voxels, space, Runtime.getRuntime().maxMemory());
  }

  static void requireHeap(long samples, int voxels, ClipSpace space, long heap) {
    long needed = samples * Float.BYTES * (3L * voxels + space.size());
    if (needed > heap) {
      throw new MindEyeException(
          "heap: responses and targets of %d pictures take %.1f GiB but this JVM may use %.1f; start"
                  .formatted(samples, needed / GIB, heap / GIB)
              + " it with a larger one, for example MINDEYE_JAVA_OPTS=-Xmx%dg"
                  .formatted((long) Math.ceil(1.3 * needed / GIB)));
    }
  }
}
