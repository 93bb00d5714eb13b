// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

/**
 * Is notified while a pipeline paints, in the thread that called it. What it throws ends the
 * painting: the caller gets it as it was thrown, nothing is left behind, and the pipeline can be
 * used as before.
 */
@FunctionalInterface
public interface PaintingListener {
  /** Does nothing. */
  PaintingListener NONE = progress -> {};

  /**
   * A step is about to begin.
   *
   * @param progress where the painting is
   */
  void onProgress(PaintingProgress progress);
}
