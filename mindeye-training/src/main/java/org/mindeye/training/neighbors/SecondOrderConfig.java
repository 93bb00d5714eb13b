// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.neighbors;

/**
 * How many neighbours, and what their pictures are brought to.
 *
 * @param asked how many neighbours the gallery is asked for, at least {@code wanted}: pictures of
 *     some are gone
 * @param wanted how many pictures are compared
 * @param side what the shorter side is resized to, and the middle square is cut out of; 0 compares
 *     the pictures as they are
 */
public record SecondOrderConfig(int asked, int wanted, int side) {
  /** Checks the numbers. */
  public SecondOrderConfig {
    if (wanted < 1) {
      throw new IllegalArgumentException("wanted: expected at least 1 but was " + wanted);
    }
    if (asked < wanted) {
      throw new IllegalArgumentException(
          "asked: expected at least " + wanted + ", as many as wanted, but was " + asked);
    }
    if (side < 0) {
      throw new IllegalArgumentException("side: expected 0 or more but was " + side);
    }
  }

  /**
   * As published: the first 16 of 300 whose pictures are still there, as squares of 512 pixels.
   *
   * @return the numbers ({@code Retrievals.py} of the original)
   */
  public static SecondOrderConfig paper() {
    return new SecondOrderConfig(300, 16, 512);
  }

  /**
   * The same with other numbers of neighbours.
   *
   * @param neighbors that the gallery is asked for
   * @param pictures that are compared
   * @return a changed copy
   */
  public SecondOrderConfig withCounts(int neighbors, int pictures) {
    return new SecondOrderConfig(neighbors, pictures, side);
  }

  /**
   * The same with another size.
   *
   * @param pixels of the square; 0 for pictures as they are
   * @return a changed copy
   */
  public SecondOrderConfig withSide(int pixels) {
    return new SecondOrderConfig(asked, wanted, pixels);
  }
}
