// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import java.util.concurrent.CancellationException;
import org.mindeye.core.pipeline.PaintingProgress.Stage;

/** Where one image's painting is reported, and can be cancelled: before each step. */
record PaintingWatch(PaintingListener listener, int image, int images, int candidates) {
  /** For a stage of many steps. */
  StepListener of(Stage stage, int candidate) {
    return (step, steps) ->
        pass(new PaintingProgress(stage, image, images, candidate, candidates, step, steps));
  }

  /** For a stage of one. */
  void beginning(Stage stage, int candidate) {
    of(stage, candidate).beforeStep(0, 1);
  }

  private void pass(PaintingProgress progress) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the painting was cancelled by an interrupt at " + progress);
    }
    listener.onProgress(progress);
  }
}
