// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.mindeye.formats.tensor.Half;

/** Rows in native memory or in a mapped file, read one at a time as float32. */
interface ExactRows {
  /**
   * Reads a row.
   *
   * @param row its number
   * @param length of each
   * @param into at least as long
   */
  void read(int row, int length, float[] into);

  /**
   * Rows where they are.
   *
   * @param rows {@code [rows, length]}, float16, float32 or float64 on the CPU, row after row; live
   *     as long as the result
   */
  static ExactRows of(NDArray rows) {
    ByteBuffer bytes = rows.toByteBuffer(true).order(ByteOrder.nativeOrder());
    return switch (rows.getDataType()) {
      case FLOAT16 -> halves(bytes.asShortBuffer());
      case FLOAT64 -> doubles(bytes.asDoubleBuffer());
      default -> floats(bytes.asFloatBuffer());
    };
  }

  private static ExactRows floats(FloatBuffer all) {
    return (row, length, into) -> all.get(row * length, into, 0, length);
  }

  private static ExactRows halves(ShortBuffer all) {
    return (row, length, into) -> {
      for (int i = 0; i < length; i++) {
        into[i] = Half.toFloat(all.get(row * length + i));
      }
    };
  }

  private static ExactRows doubles(DoubleBuffer all) {
    return (row, length, into) -> {
      for (int i = 0; i < length; i++) {
        into[i] = (float) all.get(row * length + i);
      }
    };
  }
}
