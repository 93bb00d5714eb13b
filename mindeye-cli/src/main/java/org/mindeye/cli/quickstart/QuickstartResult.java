// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import java.util.List;
import org.mindeye.cli.report.Evaluation;
import org.mindeye.training.RunRecord;
import org.mindeye.training.TrainingListener.EpochReport;

/**
 * What the report shows.
 *
 * @param config what was decided
 * @param data what was read
 * @param trained backbone and prior
 * @param lowLevel the low-level network, and what it paints of the test split
 * @param evaluation how backbone and prior do on the test split
 * @param painting what was painted of it, and how well
 * @param seconds how long everything took
 */
record QuickstartResult(
    QuickstartConfig config,
    QuickstartData data,
    Trained trained,
    LowLevelRun.Result lowLevel,
    Evaluation evaluation,
    PaintingRun.Result painting,
    double seconds) {
  /**
   * The training of backbone and prior.
   *
   * @param record who trained them from what
   * @param parameters their trainable numbers
   * @param history every epoch
   */
  record Trained(RunRecord record, long parameters, List<EpochReport> history) {}
}
