// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import java.util.List;

/**
 * How large a picture is.
 *
 * @param height rows of pixels
 * @param width columns of pixels
 */
record PictureSize(int height, int width) {
  /** After the shorter side was resized to each of some lengths, as a protocol does it. */
  PictureSize resized(List<Integer> sides) {
    PictureSize size = this;
    for (int side : sides) {
      long shorter = Math.min(size.height, size.width);
      size =
          new PictureSize(
              Math.toIntExact(side * (long) size.height / shorter),
              Math.toIntExact(side * (long) size.width / shorter));
    }
    return size;
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
