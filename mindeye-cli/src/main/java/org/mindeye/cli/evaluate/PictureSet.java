// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Pictures that are read one at a time: their number, sizes and ids are known from the start. Not
 * safe for concurrent use.
 */
interface PictureSet extends Closeable {
  /** Names the pictures in messages. */
  String source();

  /** How many there are. */
  int size();

  /** What each picture is called, in their order; empty if nothing says so. */
  Optional<List<String>> ids();

  /** How large a picture is. */
  PictureSize sizeOf(int index);

  /**
   * Reads a picture. Reading in order is fastest.
   *
   * @param index from 0
   * @throws IOException if it cannot be read
   * @throws org.mindeye.MindEyeException if it is damaged, or its numbers are no pixels
   */
  PicturePixels read(int index) throws IOException;

  @Override
  default void close() throws IOException {}
}
