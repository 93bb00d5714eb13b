package org.mindeye.cli.forward;

/**
 * Which loss to evaluate.
 *
 * @param kind its name
 * @param temperature what similarities are divided by
 */
record LossChoice(Kind kind, double temperature) {
  /** The contrastive losses of predictions and targets. */
  enum Kind {
    /** CLIP's own. */
    CLIP,
    /** For mixed samples. */
    BIMIXCO,
    /** With the targets' own similarities. */
    SOFTCLIP
  }
}
