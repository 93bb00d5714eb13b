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

/** What would stop a run after minutes or hours, found before its first step. */
final class RunChecks {
  private final Path data;
  private final int subject;
  private final ReaderConfig reader;

  /**
   * Prepares.
   *
   * @param data the folder of the web-dataset
   * @param subject the number in its file names
   * @param reader of its data
   */
  RunChecks(Path data, int subject, ReaderConfig reader) {
    this.data = data;
    this.subject = subject;
    this.reader = reader;
  }

  private TrialSource open(Split split) throws IOException {
    return SubjectData.open(data, subject, split, reader);
  }

  private boolean hasTests() {
    return Files.isDirectory(data.resolve(Split.TEST.folder()));
  }

  /**
   * Refuses splits with missing shards, before one of them is read; a test split need not be there,
   * but not half of one.
   */
  static void requireShards(Path data, int subject) throws IOException {
    RunChecks any = new RunChecks(data, subject, ReaderConfig.of(1)); // nothing is read
    any.open(Split.TRAIN).close();
    any.open(Split.VALIDATION).close();
    if (any.hasTests()) {
      any.open(Split.TEST).close();
    }
  }

  /**
   * Refuses a heap that would be full after minutes.
   *
   * @param cached whether the targets of training are kept, too
   * @param target numbers of one
   * @param atLeast pixels of a picture when it is encoded, if it is smaller
   */
  void requireHeap(boolean cached, long target, int atLeast) throws IOException {
    long training;
    int pixels = atLeast;
    try (TrialSource dataset = open(Split.TRAIN)) {
      training = dataset.count().orElse(0);
      Iterator<Trial> first = dataset.iterator();
      if (first.hasNext()) {
        TrialImage picture = first.next().image();
        pixels = Math.max(pixels, picture.width() * picture.height());
      }
    }
    long validation;
    try (TrialSource dataset = open(Split.VALIDATION)) {
      validation = dataset.count().orElse(0);
    }
    new HeapContents(
            validation + training,
            validation + (cached ? training : 0),
            pixels,
            reader.voxels(),
            target)
        .requireFits(HeapBudget.ofThisProcess());
  }

  /** Looks through all samples, those of the test split too, and decodes all pictures once. */
  void probe(List<Trial> training, List<Trial> validation, Console console) throws IOException {
    Map<Split, Iterable<Trial>> splits = new EnumMap<>(Split.class);
    splits.put(Split.TRAIN, training);
    splits.put(Split.VALIDATION, validation);
    if (!hasTests()) {
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
