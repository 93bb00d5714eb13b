// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.probe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.Split;
import org.mindeye.data.Splits;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.probe.Finding.Kind;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.data.webdataset.SubjectData;

/**
 * Reads every sample of some splits once, keeps none, and says what would stop a training or an
 * evaluation, or spoil its figures, before it starts. Every picture is decoded, on all processors:
 * nothing less finds all damage that the work itself would meet.
 *
 * <pre>{@code
 * ProbeReport report = DatasetProbe.folder(data, 1, Set.of(Split.TRAIN, Split.TEST), reader);
 * report.requireSound();
 * report.summary(Severity.WARNING).forEach(log::warn);
 * }</pre>
 *
 * <p>Pictures are the same when their files are, byte for byte: the same picture encoded again is
 * not noticed.
 */
public final class DatasetProbe {
  /** Samples whose pictures are decoded at the same time. */
  private static final int WINDOW = 64;

  private final Findings findings = new Findings();
  private final Map<Split, SplitLedger> ledgers = new EnumMap<>(Split.class);
  private final PictureLedger pictures = new PictureLedger(findings);

  private DatasetProbe() {}

  /**
   * Looks at splits of a subject's folder. A missing shard and an unreadable sample are findings.
   *
   * @param folder holds {@code train}, {@code val}, {@code test} and the metadata files
   * @param subject the number in the file names, 1 to 99
   * @param splits which
   * @param config what to expect
   * @return what was found
   * @throws IOException if the folder cannot be read
   */
  public static ProbeReport folder(
      Path folder, int subject, Collection<Split> splits, ReaderConfig config) throws IOException {
    DatasetProbe probe = new DatasetProbe();
    for (Split split : splits.stream().distinct().sorted().toList()) {
      try (TrialSource dataset = SubjectData.open(folder, subject, split, config)) {
        probe.look(split, dataset);
      } catch (MalformedSampleException e) {
        // Opening fails for shards and metadata; what fails later is caught while looking.
        probe.findings.add(Kind.MISSING_SHARD, split, null, e.getMessage());
      }
    }
    return probe.report();
  }

  /**
   * Looks at trials that are in memory, or streams them from open {@link TrialSource}s: {@code
   * Map.of(Split.TRAIN, trials, Split.TEST, source)}.
   *
   * @param splits the trials of each split; every iterable is walked once
   * @return what was found
   */
  public static ProbeReport trials(Map<Split, ? extends Iterable<Trial>> splits) {
    DatasetProbe probe = new DatasetProbe();
    for (Split split : Split.values()) {
      if (splits.containsKey(split)) {
        probe.look(split, splits.get(split));
      }
    }
    return probe.report();
  }

  private void look(Split split, Iterable<Trial> trials) {
    SplitLedger ledger = new SplitLedger(split, findings);
    ledgers.put(split, ledger);
    if (trials instanceof TrialSource source && source.count().isEmpty()) {
      findings.add(
          Kind.NO_METADATA,
          split,
          null,
          split
              + " split: no metadata file says how many samples there are, so a missing last shard"
              + " would not be noticed");
    }
    try {
      Iterator<Trial> all = trials.iterator();
      while (all.hasNext()) {
        look(split, ledger, window(all));
      }
      ledger.end();
    } catch (MalformedSampleException e) {
      findings.add(Kind.UNREADABLE_SAMPLE, split, e.origin().orElse(null), e.getMessage());
    }
  }

  private void look(Split split, SplitLedger ledger, Window window) {
    List<PictureCheck> checks = window.trials.parallelStream().map(PictureCheck::of).toList();
    for (int i = 0; i < checks.size(); i++) {
      Trial trial = window.trials.get(i);
      ledger.add(trial, checks.get(i));
      pictures.add(split, trial, checks.get(i));
    }
    if (window.failure != null) {
      throw window.failure;
    }
  }

  /** Some trials, and why there are no more after them. */
  private record Window(List<Trial> trials, MalformedSampleException failure) {}

  private static Window window(Iterator<Trial> all) {
    List<Trial> trials = new ArrayList<>(WINDOW);
    try {
      while (trials.size() < WINDOW && all.hasNext()) {
        trials.add(all.next());
      }
      return new Window(trials, null);
    } catch (MalformedSampleException e) {
      return new Window(trials, e);
    }
  }

  private ProbeReport report() {
    Map<Split, List<Long>> ids = new EnumMap<>(Split.class);
    Map<Split, Long> samples = new EnumMap<>(Split.class);
    ledgers.forEach(
        (split, ledger) -> {
          ids.put(split, ledger.cocoIds());
          samples.put(split, (long) ledger.cocoIds().size());
        });
    Splits.overlap(ids).ifPresent(message -> findings.add(Kind.SHARED_IMAGE, null, null, message));
    return findings.report(samples);
  }
}
