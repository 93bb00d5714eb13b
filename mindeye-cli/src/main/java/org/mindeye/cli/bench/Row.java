// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import java.util.OptionalLong;
import org.mindeye.cli.child.ChildReport;
import org.mindeye.core.engine.Precision;

/**
 * What was measured in one format.
 *
 * @param work what was done, for people
 * @param precision the format
 * @param times of the repetitions
 * @param memory peak while they ran, in bytes
 * @param loading peak before that
 * @param threads that share an operation
 */
record Row(
    String work,
    Precision precision,
    Times times,
    OptionalLong memory,
    OptionalLong loading,
    int threads) {
  static Row of(String work, Task task, ChildReport report) {
    return new Row(
        work,
        task.precision(),
        Times.parse(report.text(BenchProgram.MILLIS)),
        report.peak(),
        report.bytes(BenchProgram.LOADING),
        Integer.parseInt(report.text(BenchProgram.THREADS)));
  }
}
