// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.awt.image.BufferedImage;

/**
 * The picture of a trial: known by its size, and decoded each time its pixels are read, because a
 * thousand decoded pictures take a hundred times the memory. {@link EncodedImage} is a file's
 * bytes, {@link RawImage} pixels as they are; a source of another kind may have its own.
 *
 * <p>Implementations are immutable and safe for concurrent use, and need no display.
 */
public interface TrialImage {
  /**
   * Whose picture it is.
   *
   * @return the origin messages name
   */
  SampleOrigin origin();

  /**
   * Columns of pixels.
   *
   * @return the width
   */
  int width();

  /**
   * Rows of pixels.
   *
   * @return the height
   */
  int height();

  /**
   * Decodes the pixels for display: the same levels as {@link #toFloats()}.
   *
   * @return a new image of {@link BufferedImage#TYPE_INT_RGB}
   * @throws MalformedSampleException if the data are damaged or cannot be read
   */
  BufferedImage toBufferedImage();

  /**
   * Decodes the pixels for a network into a larger array: {@code [3, height, width]}, red, green,
   * blue, each value a level of 0 to 255 divided by 255, in [0, 1].
   *
   * @param target receives {@code 3 * height * width} values, channel by channel, row by row
   * @param offset where the first one goes
   * @throws MalformedSampleException if the data are damaged or cannot be read
   */
  void copyFloats(float[] target, int offset);

  /**
   * Decodes the pixels for a network.
   *
   * @return {@code [3, height, width]} in [0, 1], a new array, as {@link #copyFloats} writes it
   * @throws MalformedSampleException if the data are damaged or cannot be read
   */
  default float[] toFloats() {
    float[] values = new float[Math.multiplyExact(3, Math.multiplyExact(width(), height()))];
    copyFloats(values, 0);
    return values;
  }

  /**
   * What the picture is made of, undecoded: two pictures with the same content are the same.
   *
   * @return a copy
   * @throws MalformedSampleException if it cannot be read
   */
  byte[] content();

  /**
   * The picture as a file, for pages and archives.
   *
   * @return the file it is, or a new one without loss
   * @throws MalformedSampleException if the data are damaged or cannot be read
   */
  EncodedImage encoded();

  /**
   * Decodes the pixels and forgets them: what passes here, {@link #toFloats()} and {@link
   * #toBufferedImage()} decode. There is no cheaper way to know: damage anywhere in the data
   * counts, and the data have to be read for it.
   *
   * @throws MalformedSampleException if the data are damaged or cannot be read
   */
  void check();
}
