// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Objects;
import org.mindeye.Plural;

/**
 * A picture that is not encoded: three bytes per pixel, red, green, blue, row by row, as datasets
 * of arrays hold them ({@code [height, width, 3]}, levels of 0 to 255). It may be a reference only:
 * then its pixels are read each time they are asked for.
 */
public final class RawImage implements TrialImage {
  private static final int CHANNELS = 3;

  private final SampleOrigin origin;
  private final int height;
  private final int width;
  private final Pixels pixels;

  /** Where the pixels of a {@link RawImage} are read from; safe for concurrent callers. */
  @FunctionalInterface
  public interface Pixels {
    /**
     * Reads the picture.
     *
     * @return {@code [height, width, 3]}, which the picture does not change
     * @throws IOException if it cannot be read
     */
    byte[] read() throws IOException;
  }

  private RawImage(SampleOrigin origin, int height, int width, Pixels pixels) {
    this.origin = Objects.requireNonNull(origin, "origin");
    this.height = height;
    this.width = width;
    this.pixels = Objects.requireNonNull(pixels, "pixels");
    if (height < 1 || width < 1 || (long) height * width * CHANNELS > Integer.MAX_VALUE - 8) {
      throw origin.malformed("image", "sides of 1 and more that fit one array", size());
    }
  }

  /**
   * A picture in memory.
   *
   * @param origin whose picture it is, for messages
   * @param height rows
   * @param width columns
   * @param pixels {@code [height, width, 3]}; copied
   * @return the picture
   * @throws MalformedSampleException if there are not three bytes per pixel, or no pixels
   */
  public static RawImage of(SampleOrigin origin, int height, int width, byte[] pixels) {
    byte[] copy = pixels.clone();
    RawImage image = new RawImage(origin, height, width, () -> copy);
    image.check();
    return image;
  }

  /**
   * A picture that is read when it is asked for.
   *
   * @param origin whose picture it is, for messages
   * @param height rows
   * @param width columns
   * @param pixels reads them; must stay open as long as pixels may be requested
   * @return the picture, of which nothing is read yet
   * @throws MalformedSampleException if there are no pixels, or more than fit one array
   */
  public static RawImage reading(SampleOrigin origin, int height, int width, Pixels pixels) {
    return new RawImage(origin, height, width, pixels);
  }

  @Override
  public SampleOrigin origin() {
    return origin;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public BufferedImage toBufferedImage() {
    byte[] bytes = read();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < height * width; i++) {
      image.setRGB(
          i % width,
          i / width,
          (bytes[3 * i] & 0xff) << 16 | (bytes[3 * i + 1] & 0xff) << 8 | bytes[3 * i + 2] & 0xff);
    }
    return image;
  }

  @Override
  public void copyFloats(float[] target, int offset) {
    byte[] bytes = read();
    int plane = height * width;
    for (int i = 0; i < plane; i++) {
      for (int channel = 0; channel < CHANNELS; channel++) {
        target[offset + channel * plane + i] = (bytes[CHANNELS * i + channel] & 0xff) / 255f;
      }
    }
  }

  @Override
  public byte[] content() {
    return read().clone();
  }

  @Override
  public EncodedImage encoded() {
    return EncodedImage.png(origin, toBufferedImage());
  }

  @Override
  public void check() {
    read();
  }

  private byte[] read() {
    byte[] bytes;
    try {
      bytes = pixels.read();
    } catch (IOException e) {
      throw origin
          .malformed("image", size() + " pixels", "an unreadable source: " + e.getMessage())
          .causedBy(e);
    }
    if (bytes.length != CHANNELS * height * width) {
      throw origin.malformed(
          "image", size() + " pixels of 3 bytes each", Plural.of(bytes.length, "byte"));
    }
    return bytes;
  }

  private String size() {
    return width + "x" + height;
  }

  @Override
  public String toString() {
    return "raw " + size();
  }
}
