// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.OptimizerConfig;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainingListener;
import org.mindeye.training.TrainingResult;

/** What a command trains from files that are named, whatever it is: {@link TrainingRun} runs it. */
public interface RunRecipe {
  /** Where a run comes from. */
  enum Start {
    /** An unused folder. */
    NEW,
    /** A folder in which a run ended before it was saved. */
    AGAIN,
    /** A checkpoint. */
    RESUMED
  }

  /**
   * The command's name.
   *
   * @return as on the command line, after {@code mindeye}
   */
  String command();

  /**
   * What everything is made from.
   *
   * @return as the run's folder notes it
   */
  Record source();

  /**
   * Where scores are found.
   *
   * @param folder of the run
   * @return what follows the word scores
   */
  String scores(RunFolder folder);

  /**
   * The length of the run.
   *
   * @return passes over the training split
   */
  int epochs();

  /**
   * The size of an optimiser step.
   *
   * @return its training samples
   */
  int samplesPerStep();

  /**
   * How often the run is saved.
   *
   * @return the rhythm
   */
  SavingConfig saving();

  /**
   * Reads data and networks, and refuses what cannot be used, or is not what a run began with.
   *
   * @param folder of the run, which has begun unless it is new
   * @param start where it comes from
   * @param most at most so many training samples, of the first ones
   * @return data and networks, which the caller closes
   * @throws IOException if something cannot be read
   */
  Session open(RunFolder folder, Start start, int most) throws IOException;

  /**
   * An optimiser whose learning rate rises within one epoch, for {@link Session#rehearse}.
   *
   * @param optimizer of the whole run
   * @return a changed copy
   */
  static OptimizerConfig shortened(OptimizerConfig optimizer) {
    return optimizer.withWarmupEpochs(
        Math.min(RunNote.SHORT_RISE, optimizer.learningRate().warmupEpochs()));
  }

  /**
   * How a training is led.
   *
   * @param checkpoints where and how often it is saved
   * @param stop whether it is to end early
   * @param listeners in this order
   */
  record Course(
      CheckpointPolicy checkpoints, BooleanSupplier stop, TrainingListener... listeners) {}

  /** Data and networks of a run. */
  interface Session extends AutoCloseable {
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
     * Trains from the first step.
     *
     * @param course how
     * @return what became of it
     */
    TrainingResult train(Course course);

    /**
     * Goes on from the newest checkpoint.
     *
     * @param course how
     * @return what became of the whole run
     */
    TrainingResult resume(Course course);

    /**
     * Does all that the whole run does, in one epoch.
     *
     * @param course how
     * @return what became of it
     */
    TrainingResult rehearse(Course course);

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
}
