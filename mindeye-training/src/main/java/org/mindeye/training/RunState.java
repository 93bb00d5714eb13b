// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.ArrayList;
import java.util.List;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.TrainingListener.StepReport;

/**
 * Where a run is between two steps: all it needs, apart from tensors, to continue.
 *
 * @param step optimiser steps done
 * @param epochSum sum of the losses of the current epoch's steps
 * @param history the epochs that are done and validated
 */
public record RunState(long step, NamedValues epochSum, List<EpochReport> history) {
  static final RunState START = new RunState(0, NamedValues.NONE, List.of());

  /** Copies the history. */
  public RunState {
    history = List.copyOf(history);
  }

  RunState after(StepReport report) {
    return new RunState(step + 1, epochSum.plus(report.loss()), history);
  }

  RunState after(EpochReport report) {
    List<EpochReport> longer = new ArrayList<>(history);
    longer.add(report);
    return new RunState(step, NamedValues.NONE, longer);
  }

  /**
   * The epoch that is running, or waits to be validated.
   *
   * @return 0 for the first
   */
  public int epoch() {
    return history.size();
  }

  /** Whether the last thing done was to validate an epoch. */
  boolean endsEpoch() {
    return epoch() > 0 && epochSum.isZero();
  }

  /** The best of some epochs; -1 if there is none. */
  static int bestEpoch(List<EpochReport> history) {
    int best = -1;
    for (EpochReport epoch : history) {
      best = epoch.best() ? epoch.epoch() : best;
    }
    return best;
  }

  /** Whether these scores are better than all before. */
  boolean improvedBy(NamedValues scores, SelectionRule rule) {
    return history.stream().allMatch(e -> rule.better(scores, e.validation()));
  }

  /** Whether a patience is at its end. */
  boolean exhausted(int patience) {
    int since = 0;
    for (EpochReport epoch : history) {
      since = epoch.best() ? 0 : since + 1;
    }
    return patience > 0 && since >= patience;
  }
}
