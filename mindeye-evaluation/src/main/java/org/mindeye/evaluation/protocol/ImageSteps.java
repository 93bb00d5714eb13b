// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.evaluation.PixelGrid;

/**
 * What is done to images before they are compared, in this order: reconstructions are clamped to
 * [0, 1], everything is resized to {@code sides}, reconstruction and blurry picture are blended if
 * so asked, and for PixCorr and SSIM the result is resized to {@code pixelSides}. Networks are
 * shown what comes before that last step. Resizing is bilinear, of the shorter side.
 *
 * @param sides lengths that the shorter side is resized to, one after the other; none leaves images
 *     as they are
 * @param pixelSides further lengths for PixCorr and SSIM
 * @param antialias whether shrinking averages over the pixels it skips; the networks have to be set
 *     to the same
 * @param blend what is scored in place of the reconstruction alone
 */
public record ImageSteps(
    List<Integer> sides, List<Integer> pixelSides, Antialias antialias, Optional<Blend> blend) {
  /** Checks the lengths. */
  public ImageSteps {
    sides = new PixelGrid(sides, antialias).sides();
    pixelSides = new PixelGrid(pixelSides, antialias).sides();
    Objects.requireNonNull(blend, "blend");
  }

  /**
   * As published: everything to 256, pixels on to 425, no antialiasing.
   *
   * @return the steps of the first paper
   */
  public static ImageSteps paper() {
    return new ImageSteps(List.of(256), List.of(425), Antialias.OFF, Optional.empty());
  }

  /**
   * The same steps with two pictures blended.
   *
   * @param added how
   * @return a changed copy
   */
  public ImageSteps withBlend(Blend added) {
    return new ImageSteps(sides, pixelSides, antialias, Optional.of(added));
  }

  /**
   * The same steps with another setting of shrinking.
   *
   * @param other ON for new work
   * @return a changed copy
   */
  public ImageSteps withAntialias(Antialias other) {
    return new ImageSteps(sides, pixelSides, other, blend);
  }

  /** Where everything is brought first. */
  PixelGrid common() {
    return new PixelGrid(sides, antialias);
  }

  /** From there to where pixels are compared. */
  PixelGrid pixels() {
    return new PixelGrid(pixelSides, antialias);
  }
}
