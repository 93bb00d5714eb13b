// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.util.Locale;

/** A way to find pictures from brains, or something to compare it with. */
public enum Method {
  /** The trained backbone. */
  MINDEYE("MindEye"),
  /** The linear baseline. */
  RIDGE("Ridge regression"),
  /** How far the measurement repeats itself: no model, no picture. */
  REPEATS("Repeat to repeat"),
  /** An observer that knows the noise-free responses: in simulated worlds only. */
  NOISE_CEILING("Noise ceiling");

  private final String title;

  Method(String title) {
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
