// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.ladder;

import java.util.Locale;

/** A way to make pictures of responses, from the simplest to all that there is, and its ceiling. */
public enum Rung {
  /** What the low-level network decodes, and nothing else. */
  BLURRY("Low-level network alone"),
  /** Painted from the tokens of ridge regression, from noise. */
  RIDGE("Ridge regression, painted"),
  /** Painted from what the backbone's projector predicts, from noise. */
  BACKBONE("Backbone, painted"),
  /** Painted from the prior's tokens, from noise. */
  PRIOR("With the prior"),
  /** Painted from the prior's tokens, over the low-level network's picture, the best of several. */
  WHOLE("With image-to-image, the best"),
  /** Painted from the seen picture's own tokens, from noise: what the painter can do. */
  SEEN_TOKENS("From the seen picture's tokens");

  private final String title;

  Rung(String title) {
    this.title = title;
  }

  /**
   * What people read.
   *
   * @return a title
   */
  public String title() {
    return title;
  }

  /**
   * What programs read.
   *
   * @return the name in lower case
   */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
