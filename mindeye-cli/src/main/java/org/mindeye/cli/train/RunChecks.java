// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mindeye.MindEyeException;
import org.mindeye.cli.console.Console;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;
import org.mindeye.data.TrialSource;
import org.mindeye.data.probe.DatasetProbe;
import org.mindeye.data.probe.Finding.Severity;
import org.mindeye.data.probe.ProbeReport;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.data.webdataset.SubjectData;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.TrainingMemory;

/** What would stop a run after minutes or hours, found before its first step. */
final class RunChecks {
  private static final double GIB = 1L << 30;

  /** The heap is more than what stays in it. */
  private static final double ROOM = 1.3;

  /** Pictures are decoded and encoded so many at a time. */
  private static final int BATCH = 32;

  private static final int CHANNELS = 3;

  private final RunSource source;
  private final ReaderConfig reader;

  /**
   * Prepares.
   *
   * @param source what the run is made from
   * @param reader of its data
   */
  RunChecks(RunSource source, ReaderConfig reader) {
    this.source = source;
    this.reader = reader;
  }

  private TrialSource open(Split split) throws IOException {
    return open(source, split, reader);
  }

  private static TrialSource open(RunSource source, Split split, ReaderConfig reader)
      throws IOException {
    return SubjectData.open(Path.of(source.data()), source.subject(), split, reader);
  }

  private static boolean hasTests(RunSource source) {
    return Files.isDirectory(Path.of(source.data()).resolve(Split.TEST.folder()));
  }

  /**
   * Refuses splits with missing shards, before one of them is read; a test split need not be there,
   * but not half of one.
   */
  static void requireShards(RunSource source) throws IOException {
    ReaderConfig any = ReaderConfig.of(1); // nothing is read
    open(source, Split.TRAIN, any).close();
    open(source, Split.VALIDATION, any).close();
    if (hasTests(source)) {
      open(source, Split.TEST, any).close();
    }
  }

  /** Refuses an encoder that does not fit, before it is allocated. */
  static void requireEncoder(VisionTransformerConfig tower, MemoryBudget budget) {
    long weights = MemoryEstimate.inference(new ClipVisionTransformer(tower), 0).weights();
    new MemoryEstimate(weights, 0, 0, 0, 0)
        .requireFits("loading CLIP's image tower", budget, List.of());
  }

  /** Refuses networks that do not fit beside what is in memory already. */
  void requireMemory(MemoryBudget budget) {
    NetworkConfig networks = source.config().model();
    ModelConfig shape = networks.model(reader.voxels(), networks.space(source.clipConfig()));
    TrainingMemory.requireFits(shape, source.config().train(), budget);
  }

  /** Refuses a heap that would be full after minutes. */
  void requireHeap() throws IOException {
    RunConfig config = source.config();
    long training;
    int pixels = 0;
    try (TrialSource dataset = open(Split.TRAIN)) {
      training = dataset.count().orElse(0);
      Iterator<Trial> first = dataset.iterator();
      if (first.hasNext()) {
        TrialImage picture = first.next().image();
        pixels = picture.width() * picture.height();
      }
    }
    long validation;
    try (TrialSource dataset = open(Split.VALIDATION)) {
      validation = dataset.count().orElse(0);
    }
    requireHeap(
        new Contents(validation + training, validation + (config.augment() ? 0 : training), pixels),
        reader.voxels(),
        config.model().space(source.clipConfig()),
        Runtime.getRuntime().maxMemory());
  }

  /**
   * What the heap has to hold.
   *
   * @param samples whose responses stay
   * @param cached whose targets stay
   * @param pixels of a picture
   */
  record Contents(long samples, long cached, int pixels) {}

  /** Responses and cached targets stay in the heap, and pictures are decoded there. */
  static void requireHeap(Contents contents, int voxels, ClipSpace space, long heap) {
    long kept = Float.BYTES * (contents.samples * 3L * voxels + contents.cached * space.size());
    // Decoded one by one, and joined.
    long encoding = 2L * BATCH * Float.BYTES * (CHANNELS * (long) contents.pixels + space.size());
    double advised = ROOM * (kept + encoding);
    if (advised > heap) {
      throw new MindEyeException(
          String.format(
              Locale.ROOT,
              "heap: responses of %d pictures and targets of %d take %.1f GiB, encoding %d pictures"
                  + " at a time %.1f, and work some more; this JVM may use %.1f; start it with a"
                  + " larger one, for example MINDEYE_JAVA_OPTS=-Xmx%dg",
              contents.samples,
              contents.cached,
              kept / GIB,
              BATCH,
              encoding / GIB,
              heap / GIB,
              (long) Math.ceil(advised / GIB)));
    }
  }

  /** Now, not after the pictures are encoded. */
  static void requireAStep(int samples, TrainingConfig recipe) {
    int needed = Math.multiplyExact(recipe.batchSize(), recipe.optimizer().accumulation());
    if (samples < needed) {
      throw new MindEyeException(
          String.format(
              Locale.ROOT,
              "training split: a step needs %d samples (%d batches of %d) but there are %d; use"
                  + " smaller batches, or fewer for a step",
              needed,
              recipe.optimizer().accumulation(),
              recipe.batchSize(),
              samples));
    }
  }

  /** Looks through all samples, those of the test split too, and decodes all pictures once. */
  void probe(List<Trial> training, List<Trial> validation, Console console) throws IOException {
    Map<Split, Iterable<Trial>> splits = new EnumMap<>(Split.class);
    splits.put(Split.TRAIN, training);
    splits.put(Split.VALIDATION, validation);
    if (!hasTests(source)) {
      console.say("there is no test split, so evaluate-run will have nothing to score");
      tell(DatasetProbe.trials(splits), console);
      return;
    }
    try (TrialSource test = open(Split.TEST)) {
      splits.put(Split.TEST, test);
      tell(DatasetProbe.trials(splits), console);
    }
  }

  private static void tell(ProbeReport report, Console console) {
    report.requireSound();
    report.summary(Severity.WARNING).forEach(line -> console.say("note: %s", line));
  }
}
