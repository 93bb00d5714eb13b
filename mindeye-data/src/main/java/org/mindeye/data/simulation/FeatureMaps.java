// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

/**
 * What early visual cortex might see of a picture: luminance, two colour opponencies, and local
 * contrast along both axes, each averaged over a coarse grid.
 */
final class FeatureMaps {
  /** Cells per side of the grid that receptive fields pool over. */
  static final int GRID = 16;

  /** Luminance, red-green, blue-yellow, horizontal and vertical contrast. */
  static final int CHANNELS = 5;

  private FeatureMaps() {}

  /**
   * Computes the maps.
   *
   * @param planes red, green and blue plane in [0, 1], row by row
   * @param side pixels per side, a multiple of {@link #GRID}
   * @return {@code [channel][row][column]} of the grid, flattened
   */
  static float[] of(float[] planes, int side) {
    float[] maps = new float[CHANNELS * GRID * GRID];
    int cell = side / GRID;
    float share = 1f / (cell * cell);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int at = (y / cell) * GRID + x / cell;
        float luminance = luminance(planes, side, x, y);
        float right = luminance(planes, side, Math.min(x + 1, side - 1), y);
        float below = luminance(planes, side, x, Math.min(y + 1, side - 1));
        int pixel = y * side + x;
        float red = planes[pixel];
        float green = planes[side * side + pixel];
        float blue = planes[2 * side * side + pixel];
        float[] features = {
          luminance,
          red - green,
          blue - (red + green) / 2,
          Math.abs(right - luminance),
          Math.abs(below - luminance)
        };
        for (int c = 0; c < CHANNELS; c++) {
          maps[c * GRID * GRID + at] += features[c] * share;
        }
      }
    }
    return maps;
  }

  private static float luminance(float[] planes, int side, int x, int y) {
    int pixel = y * side + x;
    int plane = side * side;
    return 0.299f * planes[pixel]
        + 0.587f * planes[plane + pixel]
        + 0.114f * planes[2 * plane + pixel];
  }
}
