// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.Objects;

/**
 * How a run is judged while it trains.
 *
 * @param protocol how the validation split is scored
 * @param selection which score says that an epoch is the best so far
 * @param patience after how many epochs without a better one the run stops early; 0 for never
 *     (published: never)
 */
public record ValidationConfig(Protocol protocol, Selection selection, int patience) {

  /** How the validation split is scored. */
  public enum Protocol {
    /**
     * Every sample, one pool, no mixing or hiding; the prior's loss with noise that is the same in
     * every epoch; losses by one definition over the whole run.
     */
    WHOLE_SPLIT,
    /**
     * The original's: pools of 300, an incomplete one dropped (unless it is the only one), the
     * contrastive loss of the epoch with its temperature, and fresh timesteps, noise and hiding for
     * the prior. Values of different epochs are not comparable. (The original does this on the test
     * split; here it is the validation split all the same.)
     */
    AS_PUBLISHED
  }

  /** Which score says that an epoch is the best so far. */
  public enum Selection {
    /** Mean top-1 of both directions; ties go to the lower loss. */
    RETRIEVAL,
    /** The weighted losses of the objective. */
    LOSS
  }

  /** Checks the numbers. */
  public ValidationConfig {
    Objects.requireNonNull(protocol, "protocol");
    Objects.requireNonNull(selection, "selection");
    Requirements.atLeast("patience", 0, patience);
  }

  /**
   * The recommended setting: the whole split, chosen by retrieval, no early stop.
   *
   * @return the configuration
   */
  public static ValidationConfig standard() {
    return new ValidationConfig(Protocol.WHOLE_SPLIT, Selection.RETRIEVAL, 0);
  }

  /**
   * The original's protocol.
   *
   * @return the configuration
   */
  public static ValidationConfig asPublished() {
    return new ValidationConfig(Protocol.AS_PUBLISHED, Selection.LOSS, 0);
  }

  /** Which of two models is the better one. */
  SelectionRule rule() {
    return switch (selection) {
      case RETRIEVAL -> SelectionRule.by(PaperScores.RETRIEVAL, PaperScores.LOSS);
      case LOSS -> SelectionRule.by(PaperScores.LOSS);
    };
  }

  /**
   * Another way to choose.
   *
   * @param newSelection which score says that an epoch is the best so far
   * @return a changed copy
   */
  public ValidationConfig withSelection(Selection newSelection) {
    return new ValidationConfig(protocol, newSelection, patience);
  }

  /**
   * An early end.
   *
   * @param epochs after how many epochs without a better one the run stops; 0 for never
   * @return a changed copy
   */
  public ValidationConfig withPatience(int epochs) {
    return new ValidationConfig(protocol, selection, epochs);
  }
}
