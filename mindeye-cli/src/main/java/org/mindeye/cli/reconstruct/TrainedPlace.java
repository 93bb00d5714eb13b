// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.TrainedWeights;

/**
 * A file of weights, or the folder of a run or a checkpoint. Of a run the best epoch is taken, or
 * where that has left no checkpoint, the last.
 *
 * @param place as given
 * @param run null for a file
 */
record TrainedPlace(Path place, TrainedRun run) {
  /** Looks at the place. */
  static TrainedPlace open(Path place) throws IOException {
    return new TrainedPlace(place, TrainedRun.isRun(place) ? TrainedRun.open(place) : null);
  }

  boolean isRun() {
    return run != null;
  }

  /** Does something with the weights of a run. */
  <T> T using(TrainedRun.Reading<T> reading) throws IOException {
    return run.bestStep().isPresent() ? run.best(reading) : run.last(reading);
  }

  /** The file, or the folder of the checkpoint. */
  Path weights() throws IOException {
    return isRun() ? using(TrainedWeights::place) : place;
  }
}
