// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import java.util.Objects;
import org.mindeye.data.Split;

/**
 * A thing of one colour before one pattern. Every combination belongs to one split, so that a model
 * meets those of the test split for the first time there: memory of pictures does not help it. The
 * parts, and any two of them together, are in all splits.
 *
 * @param category the thing
 * @param tint its colour
 * @param texture the pattern behind it
 */
public record Combination(Category category, Tint tint, Texture texture) {
  private static final int PARTS = 10;

  /** Checks that all is there. */
  public Combination {
    Objects.requireNonNull(category, "category");
    Objects.requireNonNull(tint, "tint");
    Objects.requireNonNull(texture, "texture");
  }

  /**
   * Where it may be seen: seven tenths in training, one in validation, two in test.
   *
   * @return its only split
   */
  public Split split() {
    // Factors that have no divisor in common with the number of parts mix every pair evenly.
    int part = (3 * category.ordinal() + tint.ordinal() + 7 * texture.ordinal()) % PARTS;
    return switch (part) {
      case 0, 5 -> Split.TEST;
      case 2 -> Split.VALIDATION;
      default -> Split.TRAIN;
    };
  }
}
