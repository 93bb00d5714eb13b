// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.nio.file.Path;
import java.util.List;
import org.mindeye.training.TrainingListener.EpochReport;

/**
 * Where a run starts, and what a resumed one has behind it.
 *
 * @param step the first to be done: 0, or where a resumed run continues
 * @param history the epochs that were done before
 * @param checkpoint the folder of the checkpoint it resumes from; null for a new run
 * @param notes a line each: settings that have no effect in a run of this length, and what was
 *     found damaged or missing on the way (newer checkpoints that were skipped, with the reason,
 *     and the best epoch's)
 */
public record RunStart(long step, List<EpochReport> history, Path checkpoint, List<String> notes) {
  /** A run that begins with its first step. */
  public static final RunStart NEW = new RunStart(0, List.of(), null, List.of());

  /** Copies the lists. */
  public RunStart {
    history = List.copyOf(history);
    notes = List.copyOf(notes);
  }
}
