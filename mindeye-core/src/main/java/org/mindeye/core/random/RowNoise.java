// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.random;

import java.util.List;
import java.util.function.BiConsumer;
import org.mindeye.Plural;

/** One source for each row of a batch. */
final class RowNoise implements NoiseSource {
  private final List<NoiseSource> rows;

  RowNoise(List<NoiseSource> rows) {
    this.rows = List.copyOf(rows);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("rows: expected at least one source but was none");
    }
  }

  @Override
  public void uniform(float[] values) {
    fill(values, NoiseSource::uniform);
  }

  @Override
  public void normal(float[] values) {
    fill(values, NoiseSource::normal);
  }

  private void fill(float[] values, BiConsumer<NoiseSource, float[]> draw) {
    int count = rows.size();
    if (values.length % count != 0) {
      throw new IllegalStateException(
          "noise of "
              + Plural.of(count, "row")
              + ": expected a draw of as many rows, but was "
              + Plural.of(values.length, "number"));
    }
    float[] row = new float[values.length / count];
    for (int i = 0; i < count; i++) {
      draw.accept(rows.get(i), row);
      System.arraycopy(row, 0, values, i * row.length, row.length);
    }
  }

  @Override
  public double[] beta(double alpha, double beta, int count) {
    throw tensorsOnly("Beta numbers");
  }

  @Override
  public int[] permutation(int size) {
    throw tensorsOnly("a permutation");
  }

  private static UnsupportedOperationException tensorsOnly(String what) {
    return new UnsupportedOperationException(
        "noise of rows: tensors of as many rows only, not " + what);
  }
}
