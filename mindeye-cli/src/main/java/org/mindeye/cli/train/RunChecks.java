// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mindeye.cli.console.Console;
import org.mindeye.data.DataForm;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;
import org.mindeye.data.TrialSource;
import org.mindeye.data.probe.DatasetProbe;
import org.mindeye.data.probe.Finding.Severity;
import org.mindeye.data.probe.ProbeReport;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.training.HeapContents;

/** What would stop a run after minutes or hours, found before its first step. */
final class RunChecks {
  private final SubjectSource data;
  private final int voxels;

  /**
   * Prepares, and refuses splits with missing shards, before one of them is read; a test split need
   * not be there, but not half of one.
   *
   * @param data of the subject; stays the caller's
   */
  RunChecks(SubjectSource data) throws IOException {
    this.data = data;
    requireSplits(data);
    voxels = data.voxels();
  }

  private TrialSource open(Split split) throws IOException {
    return data.trials(split, voxels);
  }

  private boolean hasTests() {
    return data.splits().contains(Split.TEST);
  }

  /** How long responses should be. */
  int voxels() {
    return voxels;
  }

  /** The samples of a split. */
  List<Trial> trials(Split split) throws IOException {
    try (TrialSource trials = open(split)) {
      return trials.readAll();
    }
  }

  private static void requireSplits(SubjectSource data) throws IOException {
    // Of web-datasets nothing is read yet, so that any length will do.
    int any = data.form() == DataForm.WEB_DATASET ? 1 : data.voxels();
    data.trials(Split.TRAIN, any).close();
    data.trials(Split.VALIDATION, any).close();
    if (data.splits().contains(Split.TEST)) {
      data.trials(Split.TEST, any).close();
    }
  }

  /**
   * Refuses a heap that would be full after minutes.
   *
   * @param kept the splits whose targets stay in memory
   * @param target numbers of one
   * @param atLeast pixels of a picture when it is encoded, if it is smaller
   * @param steps what the steps need
   */
  void requireHeap(Set<Split> kept, long target, int atLeast, HeapContents.Steps steps)
      throws IOException {
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
    long targets =
        (kept.contains(Split.VALIDATION) ? validation : 0)
            + (kept.contains(Split.TRAIN) ? training : 0);
    new HeapContents(validation + training, targets, pixels, voxels, target, steps)
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
