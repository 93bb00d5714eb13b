// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

/** In which order the axes of betas lie in a file, the last one fastest, as Python shows them. */
public enum BetaAxes {
  /**
   * {@code [trials, z, y, x]} or {@code [trials, vertices]}: the Natural Scenes Dataset, and
   * whatever MATLAB saves as {@code (x, y, z, trials)} in files of version 7.3.
   */
  TRIALS_FIRST,
  /**
   * {@code [x, y, z, trials]} or {@code [vertices, trials]}: arrays of Python, as nibabel has them.
   */
  TRIALS_LAST
}
