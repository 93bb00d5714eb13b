// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.mindeye.core.random.NoiseSource;

class StandardizeTest {
  private static float[][] matrix(int rows, int columns) {
    float[][] matrix = new float[rows][columns];
    for (int i = 0; i < rows; i++) {
      NoiseSource.seeded(4, i).normal(matrix[i]);
      for (int c = 0; c < columns; c++) {
        matrix[i][c] = matrix[i][c] * (c + 1) + 10 * c;
      }
    }
    return matrix;
  }

  @Test
  void should_give_chosen_rows_mean_0_and_deviation_1_and_leave_the_others() {
    float[][] matrix = matrix(20, 4);
    float[][] before = matrix(20, 4);

    Standardize.columns(matrix, 10, i -> 2 * i);

    for (int c = 0; c < 4; c++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < 20; i += 2) {
        sum += matrix[i][c];
        squares += matrix[i][c] * matrix[i][c];
      }
      assertThat(sum / 10).isCloseTo(0, within(1e-6));
      assertThat(squares / 10).isCloseTo(1, within(1e-6));
    }
    for (int i = 1; i < 20; i += 2) {
      assertThat(matrix[i]).isEqualTo(before[i]);
    }
  }

  @Test
  void should_make_a_constant_column_exactly_0() {
    for (float value : new float[] {0, 1, 0.1f, -123.456f, 1e-5f, 98765.43f}) {
      for (int rows : new int[] {2, 3, 7, 100}) {
        float[][] matrix = new float[rows][1];
        for (float[] row : matrix) {
          row[0] = value;
        }

        Standardize.columns(matrix, rows, i -> i);

        assertThat(matrix).as("%d times %s", rows, value).isDeepEqualTo(new float[rows][1]);
      }
    }
  }
}
