// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Small trials whose every number is known. */
public final class TestTrials {
  public static final int VOXELS = 5;

  private TestTrials() {}

  public static BufferedImage pixels(int number, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, (number % 256) << 16 | (x * 20 % 256) << 8 | (y * 30 % 256));
      }
    }
    return image;
  }

  /** Voxel v of repeat r is {@code number + r / 4 + v / 8}. */
  public static float voxel(int number, int repeat, int voxel) {
    return number + repeat / 4f + voxel / 8f;
  }

  public static float[][] voxels(int number, int repeats) {
    float[][] voxels = new float[repeats][VOXELS];
    for (int r = 0; r < repeats; r++) {
      for (int v = 0; v < VOXELS; v++) {
        voxels[r][v] = voxel(number, r, v);
      }
    }
    return voxels;
  }

  public static Trial trial(int number) {
    return trial(
        new SampleOrigin("shard", String.format(Locale.ROOT, "sample%011d", number)), number);
  }

  public static Trial trial(SampleOrigin origin, int number) {
    EncodedImage image = EncodedImage.png(origin, pixels(number, 8, 6));
    long[] ids = {number * 10L, number * 10L + 1, number * 10L + 1};
    return new Trial(origin, image, voxels(number, 3), 1000L + number, ids, 2);
  }

  public static List<Trial> trials(int count) {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      trials.add(trial(i));
    }
    return trials;
  }
}
