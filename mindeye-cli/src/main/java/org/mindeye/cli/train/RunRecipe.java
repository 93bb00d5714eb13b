// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.IOException;
import org.mindeye.training.RunFolder;

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
  TrainingSource<?> source();

  /**
   * Where scores are found.
   *
   * @param folder of the run
   * @return what follows the word scores
   */
  String scores(RunFolder folder);

  /**
   * Reads data and networks, and refuses what cannot be used, or is not what a run began with.
   *
   * @param folder of the run, which has begun unless it is new
   * @param start where it comes from
   * @param most at most so many training samples, of the first ones
   * @return data and networks, which the caller closes
   * @throws IOException if something cannot be read
   */
  RunSession<?> open(RunFolder folder, Start start, int most) throws IOException;
}
