// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

/**
 * Cuts a box out of an image and stretches it to a square: bilinear, corners on corners, so pixel d
 * of the result is at {@code d * (in - 1) / (out - 1)} in the box; no smoothing before. Rows first:
 * each source row is stretched once, however many rows of the result need it.
 */
final class BilinearResize {
  private final CropBox box;
  private final int size;
  private final Axis columns;
  private final Axis rows;

  BilinearResize(CropBox box, int size) {
    this.box = box;
    this.size = size;
    columns = new Axis(box.width(), size);
    rows = new Axis(box.height(), size);
  }

  /** One axis: between which two source pixels each result lies, and how near to the second. */
  private static final class Axis {
    final int[] first;
    final int[] second;
    final float[] weight;

    Axis(int in, int out) {
      first = new int[out];
      second = new int[out];
      weight = new float[out];
      float step = out > 1 ? (in - 1) / (float) (out - 1) : 0;
      for (int d = 0; d < out; d++) {
        // Single precision, as torch computes it.
        float source = d * step;
        first[d] = Math.min((int) source, in - 1);
        second[d] = Math.min(first[d] + 1, in - 1);
        weight[d] = source - first[d];
      }
    }
  }

  /**
   * Resizes all channels.
   *
   * @param image {@code [3, height, width]}, row by row
   * @param height its rows
   * @param width its columns
   * @return {@code [3, size, size]}, a new array
   */
  float[] apply(float[] image, int height, int width) {
    float[] result = new float[ColorChange.CHANNELS * size * size];
    for (int channel = 0; channel < ColorChange.CHANNELS; channel++) {
      int corner = (channel * height + box.top()) * width + box.left();
      resize(image, corner, width, result, channel * size * size);
    }
    return result;
  }

  private void resize(float[] image, int corner, int width, float[] result, int at) {
    float[] upper = new float[size];
    float[] lower = new float[size];
    int inUpper = -1;
    int inLower = -1;
    for (int y = 0; y < size; y++) {
      int first = rows.first[y];
      int second = rows.second[y];
      if (first == inLower) {
        float[] swap = upper;
        upper = lower;
        lower = swap;
        inLower = inUpper;
        inUpper = first;
      }
      if (first != inUpper) {
        stretch(image, corner + first * width, upper);
        inUpper = first;
      }
      if (second != inLower) {
        stretch(image, corner + second * width, lower);
        inLower = second;
      }
      blend(upper, lower, rows.weight[y], result, at + y * size);
    }
  }

  private void stretch(float[] image, int from, float[] row) {
    int[] first = columns.first;
    int[] second = columns.second;
    float[] weight = columns.weight;
    for (int x = 0; x < row.length; x++) {
      float w = weight[x];
      row[x] = (1 - w) * image[from + first[x]] + w * image[from + second[x]];
    }
  }

  private static void blend(float[] upper, float[] lower, float weight, float[] result, int at) {
    float rest = 1 - weight;
    for (int x = 0; x < upper.length; x++) {
      result[at + x] = rest * upper[x] + weight * lower[x];
    }
  }
}
