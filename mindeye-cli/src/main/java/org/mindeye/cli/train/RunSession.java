// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.training.OptimizerConfig;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainerRecipe;
import org.mindeye.training.TrainingResult;

/**
 * Data and networks of a run.
 *
 * @param <C> the trainer's recipe
 */
public interface RunSession<C extends TrainerRecipe<C>> extends AutoCloseable {
  /**
   * What the run is made from.
   *
   * @return as the run's folder notes it
   */
  TrainingSource<C> source();

  /**
   * The shape of the networks.
   *
   * @return as the run's folder notes it
   */
  Record model();

  /**
   * What they are trained from.
   *
   * @return as the run's folder notes it
   */
  Record record();

  /**
   * Refuses what a run did not begin with.
   *
   * @param folder of the run
   * @throws IOException if what it began with cannot be read
   */
  void requireBegun(RunFolder folder) throws IOException;

  /**
   * The size of the training split.
   *
   * @return the samples that are there
   */
  int samples();

  /**
   * The size of the whole training split, of which some may have been left out.
   *
   * @return its samples
   */
  int allSamples();

  /**
   * The size of what is trained.
   *
   * @return how many numbers
   */
  long trainableCount();

  /**
   * Trains.
   *
   * @param recipe how; that of the whole run, or of its rehearsal
   * @param control listeners, checkpoints and what stops it
   * @param resumed whether it goes on from the newest checkpoint, or starts with the first step
   * @return what became of the whole run
   */
  TrainingResult train(C recipe, RunControl control, boolean resumed);

  /**
   * Trains by the recipe of the whole run.
   *
   * @param control listeners, checkpoints and what stops it
   * @param resumed whether it goes on from the newest checkpoint, or starts with the first step
   * @return what became of the whole run
   */
  default TrainingResult train(RunControl control, boolean resumed) {
    return train(source().training(), control, resumed);
  }

  /**
   * Does all that the whole run does, in one epoch.
   *
   * @param control listeners, checkpoints and what stops it
   * @return what became of it
   */
  default TrainingResult rehearse(RunControl control) {
    return train(rehearsal(), control, false);
  }

  /**
   * The recipe of {@link #rehearse}.
   *
   * @return that of the whole run, but of one epoch
   */
  default C rehearsal() {
    return once(source().training());
  }

  /**
   * A recipe of one epoch, within which the learning rate rises.
   *
   * @param whole the recipe of a whole run
   * @param <C> its type
   * @return a changed copy
   */
  static <C extends TrainerRecipe<C>> C once(C whole) {
    OptimizerConfig optimizer = whole.optimizer();
    double rise = Math.min(RunNote.SHORT_RISE, optimizer.learningRate().warmupEpochs());
    return whole.withOptimizer(optimizer.withWarmupEpochs(rise)).withEpochs(1);
  }

  /**
   * Writes what was trained.
   *
   * @param file of the weights
   * @throws IOException if it cannot be written
   */
  void write(Path file) throws IOException;

  @Override
  void close();
}
