// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.stream.IntStream;

/**
 * Brings numbers from the device to Java. Each reading waits until the device has computed all that
 * was given to it, so a training step collects its scalars and reads them once.
 */
public final class Readback {
  private static final ThreadLocal<long[]> COUNT = ThreadLocal.withInitial(() -> new long[1]);

  private Readback() {}

  /**
   * Reads a tensor.
   *
   * @param array of any float type and shape; not changed
   * @return its numbers in row-major order
   */
  public static double[] of(NDArray array) {
    COUNT.get()[0]++;
    if (array.getDataType() == DataType.FLOAT64) {
      return array.toDoubleArray();
    }
    if (array.getDataType() != DataType.FLOAT32) {
      try (NDArray single = array.toType(DataType.FLOAT32, false)) {
        return widened(single.toFloatArray());
      }
    }
    return widened(array.toFloatArray());
  }

  private static double[] widened(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  /**
   * Reads a single number.
   *
   * @param scalar of any float type, of one element
   * @return the number
   */
  public static double scalar(NDArray scalar) {
    return of(scalar)[0];
  }

  /**
   * How often this thread has read since it started, for tests, and to find out what keeps a device
   * waiting.
   *
   * @return the number of readings by this library's losses, networks and optimisers
   */
  public static long count() {
    return COUNT.get()[0];
  }
}
