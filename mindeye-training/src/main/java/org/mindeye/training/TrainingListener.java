package org.mindeye.training;

/**
 * What a run tells while it trains. Called in the training thread, in order: once {@link #onStart},
 * then every {@link #onStep} and {@link #onEpoch}, then once {@link #onEnd}. An exception thrown by
 * a listener ends the run; the other listeners are still told about the end.
 */
public interface TrainingListener {
  /**
   * The run is about to start.
   *
   * @param plan how long it will be
   */
  default void onStart(RunPlan plan) {}

  /**
   * An optimiser step is done.
   *
   * @param report its numbers
   */
  default void onStep(StepReport report) {}

  /**
   * An epoch is done and validated.
   *
   * @param report its numbers
   */
  default void onEpoch(EpochReport report) {}

  /**
   * The run is over, whether it succeeded or failed; not called if {@link #onStart} was not. No
   * parameter requires gradients any more.
   */
  default void onEnd() {}

  /**
   * How long a run will be.
   *
   * @param config the recipe
   * @param trainingSamples samples in the training split
   * @param validationSamples samples in the validation split
   * @param stepsPerEpoch optimiser steps per epoch
   * @param parameters trainable numbers of all networks
   * @param start where the run starts
   */
  record RunPlan(
      TrainingConfig config,
      int trainingSamples,
      int validationSamples,
      int stepsPerEpoch,
      long parameters,
      RunStart start) {
    /**
     * The step the run starts with.
     *
     * @return 0, or where a resumed run goes on
     */
    public long firstStep() {
      return start.step();
    }

    /**
     * The length of the whole run.
     *
     * @return optimiser steps
     */
    public long totalSteps() {
      return (long) config.epochs() * stepsPerEpoch;
    }
  }

  /**
   * The numbers of one optimiser step.
   *
   * @param epoch 0 for the first
   * @param step counted over the whole run, 0 for the first
   * @param loss before the update, the mean over the step's batches
   * @param gradientNorm Euclidean norm over all gradients, before clipping
   * @param learningRate used for the update
   */
  record StepReport(
      int epoch, long step, LossTerms loss, double gradientNorm, double learningRate) {}

  /**
   * The numbers of one epoch.
   *
   * @param epoch 0 for the first
   * @param lossName which contrastive loss was trained, {@code BiMixCo} or {@code SoftCLIP}, or
   *     {@code none}
   * @param training mean over the epoch's steps
   * @param validation scores on the validation split
   * @param best whether no epoch before was better, by the recipe's way to choose
   */
  record EpochReport(
      int epoch, String lossName, LossTerms training, ValidationScores validation, boolean best) {}
}
