// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import picocli.CommandLine.Option;

/** How often a run is saved, on the command line. */
public final class SavingOptions {
  @Option(
      names = "--checkpoint-every-epochs",
      paramLabel = "N",
      description = "Save after so many epochs (1).")
  private Integer everyEpochs;

  @Option(
      names = "--checkpoint-every-steps",
      paramLabel = "N",
      description = "Also save after so many steps; 0 for epochs only (0).")
  private Integer everySteps;

  @Option(
      names = "--keep",
      paramLabel = "N",
      description = "Newest checkpoints to keep besides the best one (2).")
  private Integer keep;

  /** Creates the options; picocli fills them in. */
  public SavingOptions() {}

  /**
   * A run's own rhythm, except for what was given.
   *
   * @param run its rhythm
   * @return the rhythm asked for
   */
  public SavingConfig over(SavingConfig run) {
    return new SavingConfig(
        everyEpochs == null ? run.everyEpochs() : everyEpochs,
        everySteps == null ? run.everySteps() : everySteps,
        keep == null ? run.keepNewest() : keep);
  }

  /** Notes what was given. */
  void into(Flags flags) {
    flags
        .put("checkpoints/everyEpochs", everyEpochs)
        .put("checkpoints/everySteps", everySteps)
        .put("checkpoints/keepNewest", keep);
  }
}
