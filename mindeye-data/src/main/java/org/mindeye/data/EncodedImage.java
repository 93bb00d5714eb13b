// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.Objects;
import org.mindeye.Plural;

/**
 * A JPEG or PNG image as it lies in the file. Its size is known from the header; the pixels are
 * decoded each time they are asked for, because a thousand decoded images take a hundred times the
 * memory. Immutable, safe for concurrent use, needs no display.
 */
public final class EncodedImage implements TrialImage {
  /** How the pixels are encoded. The constant's lower-case name is the file extension. */
  public enum Format {
    /** Lossy, as in the published datasets. */
    JPG,
    /** Lossless. */
    PNG;

    /**
     * The extension of such files.
     *
     * @return {@code jpg} or {@code png}
     */
    public String extension() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final SampleOrigin origin;
  private final byte[] bytes;
  private final ImageHeader header;

  private EncodedImage(SampleOrigin origin, byte[] bytes, ImageHeader header) {
    this.origin = origin;
    this.bytes = bytes;
    this.header = header;
  }

  /**
   * Takes an encoded image after a look at its header.
   *
   * @param origin whose image it is, for messages
   * @param bytes the whole file; copied
   * @param limits the largest size accepted
   * @return the image, not yet decoded
   * @throws MalformedSampleException if the bytes are neither JPEG nor PNG, if the header cannot be
   *     read, or if the image is larger than the limits
   */
  public static EncodedImage of(SampleOrigin origin, byte[] bytes, ImageLimits limits) {
    Objects.requireNonNull(origin, "origin");
    byte[] copy = bytes.clone();
    return new EncodedImage(origin, copy, ImageCodec.readHeader(origin, copy, limits));
  }

  /**
   * Encodes pixels without loss. The same pixels give the same bytes on the same Java version.
   *
   * @param origin whose image it is, for messages
   * @param pixels the image; not changed
   * @return a PNG
   */
  public static EncodedImage png(SampleOrigin origin, BufferedImage pixels) {
    return encoded(origin, ImageCodec.encodePng(Objects.requireNonNull(pixels, "pixels")));
  }

  /**
   * Encodes pixels with loss.
   *
   * @param origin whose image it is, for messages
   * @param pixels the image, without transparency; not changed
   * @param quality 0 (small) to 1 (good)
   * @return a JPEG
   * @throws IllegalArgumentException if the quality is out of range
   */
  public static EncodedImage jpeg(SampleOrigin origin, BufferedImage pixels, float quality) {
    return encoded(
        origin, ImageCodec.encodeJpeg(Objects.requireNonNull(pixels, "pixels"), quality));
  }

  private static EncodedImage encoded(SampleOrigin origin, byte[] bytes) {
    // What is already in memory as pixels is not too large to be decoded again.
    ImageLimits any = new ImageLimits(26_000, 26_000);
    return new EncodedImage(origin, bytes, ImageCodec.readHeader(origin, bytes, any));
  }

  /**
   * The file format, found in the bytes, not in a name.
   *
   * @return JPEG or PNG
   */
  public Format format() {
    return header.format();
  }

  @Override
  public int width() {
    return header.width();
  }

  @Override
  public int height() {
    return header.height();
  }

  /**
   * The encoded file.
   *
   * @return a copy
   */
  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * The encoded file, as {@link #bytes()}.
   *
   * @return a copy
   */
  @Override
  public byte[] content() {
    return bytes();
  }

  @Override
  public EncodedImage encoded() {
    return this;
  }

  /**
   * Decodes the pixels for display: the same levels as {@link #toFloats()}.
   *
   * @return a new image of {@link BufferedImage#TYPE_INT_RGB}
   * @throws MalformedSampleException if the data after the header is damaged or cut off
   */
  @Override
  public BufferedImage toBufferedImage() {
    BufferedImage image = new BufferedImage(width(), height(), BufferedImage.TYPE_INT_RGB);
    image.getRaster().setDataElements(0, 0, width(), height(), levels());
    return image;
  }

  /**
   * Decodes the pixels for a network: {@code [3, height, width]}, red, green, blue, each value a
   * level of 0 to 255 divided by 255, in [0, 1].
   *
   * <p>The levels are those the original's loader sees, Pillow's {@code
   * Image.open(...).convert("RGB")}, within 1. So gray is repeated three times; transparency,
   * colour profiles, gamma and the orientation a camera noted are ignored; CMYK is turned to RGB by
   * Pillow's simple formula; of 16-bit colours the upper eight bits count. Refused is what that
   * loader shows wrong without a word: 16-bit gray, whose levels it cuts at 255, and damage that
   * its decoder guesses over; and JPEGs with arithmetic coding, which Java does not read.
   *
   * @return a new array, channel by channel, row by row
   * @throws MalformedSampleException if the data after the header is damaged or cut off
   */
  @Override
  public float[] toFloats() {
    float[] values = new float[3 * width() * height()];
    copyFloats(values, 0);
    return values;
  }

  @Override
  public void copyFloats(float[] target, int offset) {
    PixelReader.copyFloats(levels(), target, offset);
  }

  @Override
  public void check() {
    levels();
  }

  private int[] levels() {
    return ImageCodec.decode(origin, bytes);
  }

  @Override
  public SampleOrigin origin() {
    return origin;
  }

  @Override
  public String toString() {
    return format() + " " + width() + "x" + height() + ", " + Plural.of(bytes.length, "byte");
  }
}
