// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

/**
 * What is scored is the sum of two pictures. MindEye2 scores three quarters of its refined
 * reconstruction and one quarter of the blurry one, which raises PixCorr and SSIM; most tables next
 * to it score what was painted.
 *
 * @param refined the share of the reconstruction, in [0, 1]
 * @param blurry the share of the blurry picture; both add up to 1
 */
public record Blend(double refined, double blurry) {
  private static final double ROUNDING = 1e-9;

  /** Checks the shares. */
  public Blend {
    if (!(refined >= 0 && blurry >= 0 && Math.abs(refined + blurry - 1) < ROUNDING)) {
      throw new IllegalArgumentException(
          "blend: expected two shares that add up to 1 but was refined="
              + refined
              + ", blurry="
              + blurry);
    }
  }

  /**
   * MindEye2's, from its notebook of final evaluations.
   *
   * @return 0.75 and 0.25
   */
  public static Blend paper() {
    return new Blend(0.75, 0.25);
  }
}
