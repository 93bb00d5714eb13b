// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.mindeye2;

import java.util.OptionalDouble;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

/** What MindEye2 keeps of one trial. */
public final class Behavior {
  /** Stands for what was not recorded. */
  private static final double MISSING = -1;

  private final double[] values;

  private Behavior(double[] values) {
    this.values = values;
  }

  /**
   * One of the rows of an array.
   *
   * @param array {@code [rows, 17]}
   * @param row from 0
   * @return the trial
   */
  static Behavior of(HeapArray array, int row) {
    int columns = BehaviorColumn.values().length;
    double[] values = new double[columns];
    System.arraycopy(array.toDoubles(), row * columns, values, 0, columns);
    return new Behavior(values);
  }

  /** Refuses what is no such array. */
  static void require(String source, HeapArray array) {
    long[] shape = array.shape();
    if (shape.length != 2 || shape[0] < 1 || shape[1] != BehaviorColumn.values().length) {
      throw new MalformedFileException(
          source,
          "numbers of trials, [rows, " + BehaviorColumn.values().length + "]",
          array.type() + " of " + array.tensorShape());
    }
  }

  /**
   * One of the numbers.
   *
   * @param column which
   * @return empty where it was not recorded
   */
  public OptionalDouble value(BehaviorColumn column) {
    double value = values[column.ordinal()];
    return value == MISSING || Double.isNaN(value)
        ? OptionalDouble.empty()
        : OptionalDouble.of(value);
  }
}
