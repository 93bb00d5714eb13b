// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import java.util.Locale;

/**
 * Which loss to evaluate.
 *
 * @param kind its name
 * @param temperature what similarities are divided by
 */
record LossChoice(Kind kind, double temperature) {
  /** The contrastive losses of predictions and targets, called as they print. */
  enum Kind {
    /** CLIP's own. */
    CLIP,
    /** For mixed samples. */
    BIMIXCO,
    /** With the targets' own similarities. */
    SOFTCLIP,
    /** Of the low-level branch, with the targets of augmented images. */
    SOFT_CONTRASTIVE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
