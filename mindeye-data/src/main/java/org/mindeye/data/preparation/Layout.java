// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.preparation;

import java.io.Closeable;
import java.io.IOException;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;

/** Samples on their way into files that a next call continues. */
interface Layout extends Closeable {
  /** Of JPEGs that are made. */
  float QUALITY = 0.95f;

  /** Makes ready what is needed in the folder of unfinished work, which is locked now. */
  default void start() throws IOException {}

  /**
   * Takes the next sample of a split, unless an earlier call has written it.
   *
   * @return whether an earlier call has
   */
  boolean add(Split split, Trial trial) throws IOException;

  /** There are no more samples of a split. */
  void end(Split split) throws IOException;

  /** Gives all files their names, or none. */
  void commit() throws IOException;

  /** A picture as a file. A JPEG stays one: it has lost already what PNG would keep. */
  static EncodedImage stored(TrialImage picture, EncodedImage.Format format) {
    EncodedImage file = picture instanceof EncodedImage encoded ? encoded : null;
    if (format == EncodedImage.Format.JPG
        && (file == null || file.format() != EncodedImage.Format.JPG)) {
      return EncodedImage.jpeg(picture.origin(), picture.toBufferedImage(), QUALITY);
    }
    return file == null ? picture.encoded() : file;
  }
}
