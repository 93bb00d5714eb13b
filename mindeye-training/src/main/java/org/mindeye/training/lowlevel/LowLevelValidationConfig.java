// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.Objects;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.training.Score;
import org.mindeye.training.SelectionRule;

/**
 * How a low-level network is judged while it trains: after every epoch, on the validation split,
 * from the mean of the responses. The original drops a last incomplete batch and looks at the test
 * split; here every validation sample counts, and none of the test split.
 *
 * @param decoded how many samples, from the first, are also decoded and compared pixel by pixel; 0
 *     for none (published: none)
 * @param grid the size at which pixels are compared
 * @param selection which score says that an epoch is the best so far
 * @param patience after how many epochs without a better one the run stops early; 0 for never
 */
public record LowLevelValidationConfig(
    int decoded, PixelGrid grid, Selection selection, int patience) {
  private static final int PUBLISHED_VALIDATION_SAMPLES = 300;

  /** Which score says that an epoch is the best so far. */
  public enum Selection {
    /** The mean squared error of latents, as published. */
    MEAN_SQUARED,
    /** The pixel correlation of decoded pictures. */
    PIX_CORR,
    /** The structural similarity of decoded pictures. */
    SSIM
  }

  /** Checks the numbers, and that they fit together. */
  public LowLevelValidationConfig {
    Objects.requireNonNull(grid, "grid");
    Objects.requireNonNull(selection, "selection");
    if (decoded < 0 || patience < 0) {
      throw new IllegalArgumentException(
          "decoded, patience: expected 0 or more but were " + decoded + " and " + patience);
    }
    if (decoded == 0 && selection != Selection.MEAN_SQUARED) {
      throw new IllegalArgumentException(
          "selection: " + selection + " needs decoded samples but decoded is 0");
    }
  }

  /**
   * The recommended setting: 300 samples, as many as the published validation split has, are
   * decoded and compared on the paper's grid; the error of latents chooses.
   *
   * @return the configuration
   */
  public static LowLevelValidationConfig standard() {
    return new LowLevelValidationConfig(
        PUBLISHED_VALIDATION_SAMPLES, PixelGrid.paper(), Selection.MEAN_SQUARED, 0);
  }

  /**
   * The original's scores alone: nothing is decoded.
   *
   * @return the configuration
   */
  public static LowLevelValidationConfig asPublished() {
    return new LowLevelValidationConfig(0, PixelGrid.paper(), Selection.MEAN_SQUARED, 0);
  }

  /**
   * Another amount of pixels.
   *
   * @param newDecoded how many samples are decoded
   * @param newGrid the size at which pixels are compared
   * @return a changed copy
   */
  public LowLevelValidationConfig withDecoded(int newDecoded, PixelGrid newGrid) {
    return new LowLevelValidationConfig(newDecoded, newGrid, selection, patience);
  }

  /**
   * Another way to choose.
   *
   * @param newSelection which score says that an epoch is the best so far
   * @return a changed copy
   */
  public LowLevelValidationConfig withSelection(Selection newSelection) {
    return new LowLevelValidationConfig(decoded, grid, newSelection, patience);
  }

  /**
   * An early end.
   *
   * @param epochs after how many epochs without a better one the run stops; 0 for never
   * @return a changed copy
   */
  public LowLevelValidationConfig withPatience(int epochs) {
    return new LowLevelValidationConfig(decoded, grid, selection, epochs);
  }

  /** Which of two models is the better one. */
  SelectionRule rule() {
    return switch (selection) {
      case MEAN_SQUARED -> SelectionRule.by(Score.lower(LowLevelScores.MEAN_SQUARED));
      case PIX_CORR -> SelectionRule.by(Score.higher(LowLevelScores.PIX_CORR));
      case SSIM -> SelectionRule.by(Score.higher(LowLevelScores.SSIM));
    };
  }
}
