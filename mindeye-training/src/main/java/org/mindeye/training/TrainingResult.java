// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.List;
import java.util.Objects;
import org.mindeye.training.TrainingListener.EpochReport;

/**
 * The outcome of a run.
 *
 * @param history the report of every epoch, those before a resume included
 * @param steps optimiser steps done
 * @param end why it ended
 */
public record TrainingResult(List<EpochReport> history, long steps, End end) {

  /** Why a run ended. */
  public enum End {
    /** All epochs are done. */
    COMPLETE,
    /** No better epoch came within the recipe's patience. */
    EARLY,
    /** It was stopped on request, and can be resumed. */
    STOPPED
  }

  /** Copies the history. */
  public TrainingResult {
    history = List.copyOf(history);
    Objects.requireNonNull(end, "end");
  }
}
