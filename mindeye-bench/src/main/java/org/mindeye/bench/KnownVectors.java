// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;

/**
 * Unit vectors whose inner products are cheap to compute: a wide one repeats a short unit vector,
 * scaled to length 1 again, so that products of wide vectors equal those of the short ones. To the
 * engine they are dense numbers like any others.
 *
 * @param shortVectors {@code [batch][min(width, 768)]}, unit rows
 * @param wide {@code [batch, width]}, unit rows
 */
record KnownVectors(double[][] shortVectors, ClipVectors wide) {
  /** The width of one token of the paper's CLIP space. */
  static final int SHORT = 768;

  /**
   * Draws vectors of random directions.
   *
   * @param owner owns the wide vectors
   * @param noise where directions come from
   * @param batch how many
   * @param width up to 768, or a multiple of it
   */
  static KnownVectors draw(NDManager owner, NoiseSource noise, int batch, int width) {
    int shortWidth = Math.min(width, SHORT);
    if (width % shortWidth != 0) {
      throw new IllegalArgumentException(
          "width: expected at most " + SHORT + " or a multiple of it but was " + width);
    }
    double[][] rows = unitRows(noise, batch, shortWidth);
    return new KnownVectors(rows, ClipVectors.of(repeated(owner, rows, width / shortWidth)));
  }

  private static double[][] unitRows(NoiseSource noise, int batch, int width) {
    double[][] rows = new double[batch][width];
    float[] values = new float[width];
    for (double[] row : rows) {
      noise.normal(values);
      double squares = 0;
      for (float value : values) {
        squares += (double) value * value;
      }
      for (int i = 0; i < width; i++) {
        row[i] = values[i] / Math.sqrt(squares);
      }
    }
    return rows;
  }

  /** {@code [batch, times * width]}: every row again and again, divided by the root of times. */
  static NDArray repeated(NDManager owner, double[][] rows, int times) {
    float[] values = new float[rows.length * rows[0].length];
    double root = Math.sqrt(times);
    int next = 0;
    for (double[] row : rows) {
      for (double value : row) {
        values[next++] = (float) (value / root);
      }
    }
    Shape shape = new Shape(rows.length, rows[0].length);
    if (times == 1) {
      return Torch.copy(owner, values, shape);
    }
    try (CallScope scope = CallScope.open(owner.getDevice())) {
      NDArray once = Torch.copy(scope.manager(), values, shape);
      NDList copies = new NDList(Collections.nCopies(times, once));
      return scope.keep(NDArrays.concat(copies, 1), owner);
    }
  }
}
