package org.mindeye.data;

import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.Objects;

/**
 * A JPEG or PNG image as it lies in the file. Its size is known from the header; the pixels are
 * decoded each time they are asked for, because a thousand decoded images take a hundred times the
 * memory. Immutable, safe for concurrent use, needs no display.
 */
public final class EncodedImage {
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
    return encoded(origin, ImageCodec.encodePng(pixels));
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
    return encoded(origin, ImageCodec.encodeJpeg(pixels, quality));
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

  /**
   * Columns of pixels.
   *
   * @return the width
   */
  public int width() {
    return header.width();
  }

  /**
   * Rows of pixels.
   *
   * @return the height
   */
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
   * Decodes the pixels for display.
   *
   * @return a new image in the file's own pixel layout
   * @throws MalformedSampleException if the data after the header is damaged or cut off
   */
  public BufferedImage toBufferedImage() {
    return ImageCodec.decode(origin, bytes, header.format());
  }

  /**
   * Decodes the pixels for a network: {@code [3, height, width]}, red, green, blue, each value the
   * stored level divided by the largest level, in [0, 1]. Gray is repeated three times,
   * transparency and colour profiles are ignored (the original's loader does the same). JPEG levels
   * may differ by one or two of 255 between decoders.
   *
   * @return a new array, channel by channel, row by row
   * @throws MalformedSampleException if the data after the header is damaged or cut off
   */
  public float[] toFloats() {
    return PixelReader.toFloats(toBufferedImage());
  }

  /**
   * Decodes the pixels and forgets them: what passes here, {@link #toFloats()} and {@link
   * #toBufferedImage()} decode. The cheapest way to know, as damage anywhere in the data counts.
   *
   * @throws MalformedSampleException if the data after the header is damaged or cut off
   */
  public void check() {
    ImageCodec.decode(origin, bytes, header.format());
  }

  /**
   * Whose image it is.
   *
   * @return the origin messages name
   */
  public SampleOrigin origin() {
    return origin;
  }

  @Override
  public String toString() {
    return format() + " " + width() + "x" + height() + ", " + bytes.length + " bytes";
  }
}
