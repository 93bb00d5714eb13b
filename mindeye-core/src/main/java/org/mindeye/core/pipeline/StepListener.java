// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

/**
 * Is notified of the steps of one call that takes many, such as a diffusion model's. What it throws
 * ends the call, which passes it on and leaves nothing behind.
 */
@FunctionalInterface
public interface StepListener {
  /** Does nothing. */
  StepListener NONE = (step, steps) -> {};

  /**
   * A step is about to begin, in the calling thread.
   *
   * @param step 0 for the first
   * @param steps how many the call has
   */
  void beforeStep(int step, int steps);
}
