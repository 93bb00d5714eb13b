// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.util.Objects;

/**
 * The images of an evaluation. Two-way identification and retrieval among another number of images
 * are other numbers; means of pairs compare.
 *
 * @param name as the data set calls it
 * @param images how many there are, at least 2
 * @param repeats how many responses to an image are averaged, or fewer where a subject saw it less
 *     often; at least 1
 */
public record TestSplit(String name, int images, int repeats) {
  /** Checks the numbers. */
  public TestSplit {
    Objects.requireNonNull(name, "name");
    if (images < 2 || repeats < 1) {
      throw new IllegalArgumentException(
          "split "
              + name
              + ": expected at least 2 images and 1 repeat but was "
              + images
              + ", "
              + repeats);
    }
  }
}
