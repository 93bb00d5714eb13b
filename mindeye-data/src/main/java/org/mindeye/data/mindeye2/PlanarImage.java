// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.mindeye2;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.TrialImage;
import org.mindeye.data.hdf5.Hdf5Dataset;
import org.mindeye.formats.tensor.HeapArray;

/**
 * A picture among numbers of 0 to 1, {@code [pictures, 3, height, width]}, read when its pixels are
 * asked for: as exact as the file has it.
 *
 * @param origin whose picture it is
 * @param images all of them
 * @param index which
 */
record PlanarImage(SampleOrigin origin, Hdf5Dataset images, long index) implements TrialImage {
  private static final int LEVELS = 255;
  private static final int GREEN = 8;
  private static final int RED = 16;

  @Override
  public int width() {
    return (int) images.shape().get(3);
  }

  @Override
  public int height() {
    return (int) images.shape().get(2);
  }

  @Override
  public BufferedImage toBufferedImage() {
    float[] values = read();
    int plane = height() * width();
    BufferedImage image = new BufferedImage(width(), height(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < plane; i++) {
      int rgb =
          level(values[i]) << RED
              | level(values[plane + i]) << GREEN
              | level(values[2 * plane + i]);
      image.setRGB(i % width(), i / width(), rgb);
    }
    return image;
  }

  private static int level(float value) {
    return Math.round(value * LEVELS);
  }

  @Override
  public void copyFloats(float[] target, int offset) {
    float[] values = read();
    System.arraycopy(values, 0, target, offset, values.length);
  }

  @Override
  public byte[] content() {
    ByteBuffer bytes = array().bytes();
    byte[] content = new byte[bytes.remaining()];
    bytes.get(content);
    return content;
  }

  @Override
  public EncodedImage encoded() {
    return EncodedImage.png(origin, toBufferedImage());
  }

  @Override
  public void check() {
    read();
  }

  private HeapArray array() {
    return images.rows(index, index + 1);
  }

  private float[] read() {
    float[] values = array().toFloats();
    for (float value : values) {
      if (!(value >= 0 && value <= 1)) {
        throw origin.malformed("images", "levels of 0 to 1", String.valueOf(value));
      }
    }
    return values;
  }
}
