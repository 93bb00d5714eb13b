// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.mindeye.core.random.NoiseSource;

class FeatureMapsTest {
  private static final int GRID = FeatureMaps.GRID;
  private static final int CELLS = GRID * GRID;
  private static final int SIDE = 48;

  private static float[] uniform(int side, float red, float green, float blue) {
    float[] planes = new float[3 * side * side];
    for (int i = 0; i < side * side; i++) {
      planes[i] = red;
      planes[side * side + i] = green;
      planes[2 * side * side + i] = blue;
    }
    return planes;
  }

  private static float[] channel(float[] maps, int channel) {
    return java.util.Arrays.copyOfRange(maps, channel * CELLS, (channel + 1) * CELLS);
  }

  private static void assertConstant(float[] map, double value) {
    assertThat(map).hasSize(CELLS);
    for (float cell : map) {
      assertThat((double) cell).isCloseTo(value, within(1e-5));
    }
  }

  @Test
  void should_see_color_but_no_contrast_in_a_uniform_picture() {
    float[] red = FeatureMaps.of(uniform(SIDE, 1, 0, 0), SIDE);
    assertConstant(channel(red, 0), 0.299);
    assertConstant(channel(red, 1), 1);
    assertConstant(channel(red, 2), -0.5);
    assertConstant(channel(red, 3), 0);
    assertConstant(channel(red, 4), 0);

    float[] blue = FeatureMaps.of(uniform(SIDE, 0, 0, 1), SIDE);
    assertConstant(channel(blue, 0), 0.114);
    assertConstant(channel(blue, 1), 0);
    assertConstant(channel(blue, 2), 1);
  }

  @Test
  void should_see_no_color_in_gray() {
    float[] gray = FeatureMaps.of(uniform(SIDE, 0.25f, 0.25f, 0.25f), SIDE);

    assertConstant(channel(gray, 0), 0.25);
    for (int c = 1; c < FeatureMaps.CHANNELS; c++) {
      assertConstant(channel(gray, c), 0);
    }
  }

  /** Black left of column 24, white from there on: only cells of grid column 7 see the step. */
  @Test
  void should_see_contrast_only_at_the_edge() {
    float[] planes = new float[3 * SIDE * SIDE];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = i % SIDE >= SIDE / 2 ? 1 : 0;
    }
    float[] maps = FeatureMaps.of(planes, SIDE);

    for (int cell = 0; cell < CELLS; cell++) {
      double edge = cell % GRID == GRID / 2 - 1 ? 1.0 / 3 : 0;
      assertThat((double) channel(maps, 3)[cell]).isCloseTo(edge, within(1e-6));
      assertThat(channel(maps, 4)[cell]).isZero();
      assertThat((double) channel(maps, 0)[cell])
          .isCloseTo(cell % GRID >= GRID / 2 ? 1 : 0, within(1e-6));
    }
  }

  @Test
  void should_equal_the_plain_formula() {
    for (int side : new int[] {16, 32, 48, 80}) {
      float[] planes = new float[3 * side * side];
      NoiseSource.seeded(3, side).uniform(planes);
      float[] maps = FeatureMaps.of(planes, side);

      assertThat(maps).hasSize(FeatureMaps.CHANNELS * CELLS);
      double[] plain = plain(planes, side);
      for (int i = 0; i < maps.length; i++) {
        assertThat((double) maps[i]).as("map value %d", i).isCloseTo(plain[i], within(1e-5));
      }
    }
  }

  /** Cell by cell: the mean of each feature over the cell's pixels. */
  private static double[] plain(float[] planes, int side) {
    int cell = side / GRID;
    double[] maps = new double[FeatureMaps.CHANNELS * CELLS];
    for (int row = 0; row < GRID; row++) {
      for (int column = 0; column < GRID; column++) {
        double[] sums = new double[FeatureMaps.CHANNELS];
        for (int y = row * cell; y < (row + 1) * cell; y++) {
          for (int x = column * cell; x < (column + 1) * cell; x++) {
            double[] p = pixel(planes, side, x, y);
            double[] right = pixel(planes, side, x + 1, y);
            double[] below = pixel(planes, side, x, y + 1);
            sums[0] += p[3];
            sums[1] += p[0] - p[1];
            sums[2] += p[2] - (p[0] + p[1]) / 2;
            sums[3] += Math.abs(right[3] - p[3]);
            sums[4] += Math.abs(below[3] - p[3]);
          }
        }
        for (int c = 0; c < sums.length; c++) {
          maps[c * CELLS + row * GRID + column] = sums[c] / (cell * cell);
        }
      }
    }
    return maps;
  }

  /** Red, green, blue and luminance; the border is repeated outside. */
  private static double[] pixel(float[] planes, int side, int x, int y) {
    int at = Math.min(y, side - 1) * side + Math.min(x, side - 1);
    double red = planes[at];
    double green = planes[side * side + at];
    double blue = planes[2 * side * side + at];
    return new double[] {red, green, blue, 0.299 * red + 0.587 * green + 0.114 * blue};
  }
}
