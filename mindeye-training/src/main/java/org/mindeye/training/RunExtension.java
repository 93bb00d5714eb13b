// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.Locale;
import java.util.Optional;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.optim.LearningRateSchedule;
import org.mindeye.core.optim.StepRates;
import org.mindeye.losses.LossSchedule;

/**
 * Whether a run can become a longer one: only if the longer one would have been the same so far,
 * number by number. Then it continues as if it had been planned that way.
 */
final class RunExtension {
  private static final String REMEDY =
      "; start another run from this one's weights, or plan runs to be extended with a constant"
          + " learning rate (OptimizerConfig.Schedule.CONSTANT) and one loss and temperature for all"
          + " epochs (ContrastiveConfig.mixedShare 1)";

  private final TrainingConfig begun;
  private final TrainingConfig requested;

  /**
   * Two lengths of a run.
   *
   * @param begun what the run was begun with
   * @param requested the same except for the epochs
   */
  RunExtension(TrainingConfig begun, TrainingConfig requested) {
    this.begun = begun;
    this.requested = requested;
  }

  /**
   * Refuses what would have been another run.
   *
   * @param place names the run
   * @param state where it is
   * @param stepsPerEpoch optimiser steps per epoch
   */
  void require(String place, RunState state, int stepsPerEpoch) {
    if (begun.epochs() == requested.epochs()) {
      return;
    }
    boolean inside = state.step() > (long) state.epoch() * stepsPerEpoch;
    int started = state.epoch() + (inside ? 1 : 0);
    if (requested.epochs() < started) {
      throw new MindEyeException(
          text(
              "%s: the run cannot end after %s, as it is in epoch %d already",
              place, Plural.of(requested.epochs(), "epoch"), started));
    }
    if (state.exhausted(begun.validation().patience())) {
      throw new MindEyeException(
          text(
              "%s: the run has ended early, because %s brought no better one; more epochs"
                  + " change nothing about that",
              place, Plural.of(begun.validation().patience(), "epoch")));
    }
    otherRate(state, stepsPerEpoch)
        .or(() -> otherLoss(started))
        .ifPresent(
            why -> {
              throw new MindEyeException(
                  text(
                          "%s: a run of %s cannot become one of %d: ",
                          place, Plural.of(begun.epochs(), "epoch"), requested.epochs())
                      + why
                      + REMEDY);
            });
  }

  private Optional<String> otherRate(RunState state, int stepsPerEpoch) {
    LearningRateSchedule before =
        begun.optimizer().learningRate().over(begun.epochs(), stepsPerEpoch);
    LearningRateSchedule after =
        requested.optimizer().learningRate().over(requested.epochs(), stepsPerEpoch);
    for (long step = 0; step < state.step(); step++) {
      StepRates was = before.at(step);
      StepRates would = after.at(step);
      if (!was.equals(would)) {
        return Optional.of(
            text(
                "its learning rate (%s) is planned for the whole length, and was %.3g in step %d"
                    + " where the longer run has %.3g",
                begun.optimizer().learningRate().schedule(),
                was.learningRate(),
                step,
                would.learningRate()));
      }
    }
    return Optional.empty();
  }

  private Optional<String> otherLoss(int started) {
    LossSchedule before = begun.loss().contrastive().schedule(begun.epochs());
    LossSchedule after = requested.loss().contrastive().schedule(requested.epochs());
    boolean contrastive = begun.loss().objective().contrastive() > 0;
    for (int epoch = 0; epoch < started; epoch++) {
      if (before.mixes(epoch) != after.mixes(epoch)) {
        return Optional.of(
            text(
                "voxels are mixed in the first %s of the one and %d of the other",
                Plural.of(before.mixedEpochs(), "epoch"), after.mixedEpochs()));
      }
      if (contrastive && !before.unmixed(epoch).equals(after.unmixed(epoch))) {
        return Optional.of(
            text(
                "SoftCLIP's temperature rises over the whole length, and was another one in epoch"
                    + " %d",
                epoch + 1));
      }
    }
    return Optional.empty();
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
