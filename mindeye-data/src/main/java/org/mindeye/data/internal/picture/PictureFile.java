// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.internal.picture;

/** A picture whose header was read and whose pixels were not. */
public sealed interface PictureFile permits JpegFile, PngFile {
  /**
   * Looks at the header.
   *
   * @param bytes the whole file; not copied, not changed
   * @return the picture, not yet decoded
   * @throws UnreadablePictureException if the bytes are neither JPEG nor PNG, the header is
   *     damaged, or the kind is one that is not read
   */
  static PictureFile of(byte[] bytes) throws UnreadablePictureException {
    if (Bytes.startWith(bytes, 0xff, 0xd8, 0xff)) {
      return JpegFile.parse(bytes);
    }
    if (Bytes.startWith(bytes, PngFile.SIGNATURE)) {
      return PngFile.parse(bytes);
    }
    throw new UnreadablePictureException("a JPEG or PNG file", Bytes.describe(bytes));
  }

  /**
   * The file format.
   *
   * @return {@code JPG} or {@code PNG}
   */
  String format();

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
   * Decodes.
   *
   * @return {@code [height * width]}, row by row, {@code 0xRRGGBB}, a new array
   * @throws UnreadablePictureException if the data after the header is damaged or cut off
   */
  int[] decode() throws UnreadablePictureException;
}
