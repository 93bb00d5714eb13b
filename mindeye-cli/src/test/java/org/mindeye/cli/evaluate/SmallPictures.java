// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.formats.tensor.HeapArray;

/**
 * Pictures that differ from each other, and reconstructions of them that are less alike the larger
 * the share of something else is.
 *
 * @param levels {@code [pictures][height * width * 3]}, row by row
 * @param side of each
 */
record SmallPictures(byte[][] levels, int side) {
  /** Pictures of waves. */
  static SmallPictures seen(int count, int side) {
    byte[][] levels = new byte[count][];
    for (int i = 0; i < count; i++) {
      levels[i] = waves(i, side, 0);
    }
    return new SmallPictures(levels, side);
  }

  /** The same waves with others over them. */
  static SmallPictures painted(int count, int side) {
    byte[][] levels = new byte[count][];
    for (int i = 0; i < count; i++) {
      levels[i] = waves(i, side, 0.1 + 0.5 * i / count);
    }
    return new SmallPictures(levels, side);
  }

  private static byte[] waves(int picture, int side, double other) {
    byte[] levels = new byte[3 * side * side];
    for (int i = 0; i < levels.length; i++) {
      int channel = i % 3;
      double x = i / 3 % side / (double) side;
      double y = i / 3 / side / (double) side;
      double own = Math.sin(7 * ((picture % 4 + 1) * x + (picture % 3 + 1) * y) + channel);
      double noise = Math.sin(31 * (x * (1 + channel) - y) + picture);
      levels[i] = (byte) Math.round(127.5 * (1 + (1 - other) * own + other * noise));
    }
    return levels;
  }

  int count() {
    return levels.length;
  }

  /** Writes PNGs whose names are made of numbers. */
  Path folder(Path folder, String format, List<Integer> numbers) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < numbers.size(); i++) {
      String name = String.format(java.util.Locale.ROOT, format, numbers.get(i));
      EncodedImage png = EncodedImage.png(SampleOrigin.memory(name), image(i));
      Files.write(folder.resolve(name), png.bytes());
    }
    return folder;
  }

  private BufferedImage image(int picture) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < side * side; i++) {
      int red = levels[picture][3 * i] & 0xff;
      int green = levels[picture][3 * i + 1] & 0xff;
      int blue = levels[picture][3 * i + 2] & 0xff;
      image.setRGB(i % side, i / side, red << 16 | green << 8 | blue);
    }
    return image;
  }

  /** {@code [pictures, height, width, 3]}. */
  HeapArray bytes() {
    byte[] all = new byte[count() * levels[0].length];
    for (int i = 0; i < count(); i++) {
      System.arraycopy(levels[i], 0, all, i * levels[0].length, levels[0].length);
    }
    return HeapArray.ofBytes(all, count(), side, side, 3);
  }

  /** {@code [pictures, 3, height, width]} in [0, 1]. */
  float[] floats() {
    int plane = side * side;
    float[] all = new float[count() * 3 * plane];
    for (int i = 0; i < count(); i++) {
      for (int j = 0; j < 3 * plane; j++) {
        all[i * 3 * plane + j % 3 * plane + j / 3] = (levels[i][j] & 0xff) / 255f;
      }
    }
    return all;
  }

  /** {@code [pictures, 3, height, width]}. */
  long[] shape() {
    return new long[] {count(), 3, side, side};
  }
}
