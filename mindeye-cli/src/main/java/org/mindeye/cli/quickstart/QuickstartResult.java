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
 * @param record who trained the networks from what
 * @param parameters trainable numbers of backbone and prior
 * @param history the training run
 * @param evaluation how the networks do on the test split
 * @param seconds how long everything took
 */
record QuickstartResult(
    QuickstartConfig config,
    QuickstartData data,
    RunRecord record,
    long parameters,
    List<EpochReport> history,
    Evaluation evaluation,
    double seconds) {}
