// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.ArrayList;
import java.util.List;

/** Writes down what a run reports. */
final class Recorder implements TrainingListener {
  final List<String> calls = new ArrayList<>();
  final List<StepReport> steps = new ArrayList<>();
  final List<EpochReport> epochs = new ArrayList<>();
  RunPlan plan;

  @Override
  public void onStart(RunPlan started) {
    plan = started;
    calls.add("start");
  }

  @Override
  public void onStep(StepReport report) {
    steps.add(report);
    calls.add("step " + report.epoch() + "/" + report.step());
  }

  @Override
  public void onEpoch(EpochReport report) {
    epochs.add(report);
    calls.add("epoch " + report.epoch());
  }

  @Override
  public void onEnd() {
    calls.add("end");
  }
}
