// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.List;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.TrainingListener.RunPlan;
import org.mindeye.training.TrainingListener.StepReport;

/**
 * The listeners of one run. Closing it notifies each one that was notified of the start, whatever
 * the others do; the first exception is thrown, the following ones are suppressed in it.
 */
final class Listeners implements AutoCloseable {
  private final List<TrainingListener> all;
  private int started;

  Listeners(List<TrainingListener> all) {
    this.all = all;
  }

  void start(RunPlan plan) {
    for (TrainingListener listener : all) {
      started++;
      listener.onStart(plan);
    }
  }

  void step(StepReport report) {
    all.forEach(listener -> listener.onStep(report));
  }

  void epoch(EpochReport report) {
    all.forEach(listener -> listener.onEpoch(report));
  }

  @Override
  public void close() {
    RuntimeException first = null;
    for (TrainingListener listener : all.subList(0, started)) {
      try {
        listener.onEnd();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
