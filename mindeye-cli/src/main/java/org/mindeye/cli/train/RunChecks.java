// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.mindeye.cli.console.Console;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;
import org.mindeye.data.TrialSource;
import org.mindeye.data.probe.DatasetProbe;
import org.mindeye.data.probe.Finding.Severity;
import org.mindeye.data.probe.ProbeReport;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.data.webdataset.SubjectData;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.training.HeapContents;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.TrainingMemory;

/** What would stop a run after minutes or hours, found before its first step. */
final class RunChecks {
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
    new HeapContents(
            validation + training,
            validation + (config.augment() ? 0 : training),
            pixels,
            reader.voxels(),
            config.model().space(source.clipConfig()))
        .requireFits(HeapBudget.ofThisProcess());
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
