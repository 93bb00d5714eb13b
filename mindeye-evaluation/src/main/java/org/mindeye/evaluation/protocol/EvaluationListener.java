// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

/**
 * Is notified while images are evaluated, in the thread that called. What it throws ends the
 * evaluation, and nothing is left behind.
 */
@FunctionalInterface
public interface EvaluationListener {
  /** Does nothing. */
  EvaluationListener NONE = progress -> {};

  /**
   * Some more is done.
   *
   * @param progress how far the evaluation is
   */
  void onProgress(EvaluationProgress progress);
}
