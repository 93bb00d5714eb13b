// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

/**
 * Learning rate and momentum by step. Schedules are pure functions: resuming needs the step only.
 */
public interface LearningRateSchedule {
  /** beta1 of AdamW where a schedule does not move it. */
  double USUAL_BETA1 = 0.9;

  /**
   * The rates of a step.
   *
   * @param step 0 for the first optimiser step
   * @return learning rate and beta1
   * @throws IllegalArgumentException for a negative step or one past the end of the schedule
   */
  StepRates at(long step);

  /**
   * The same rates in every step.
   *
   * @param learningRate step size, 0 or more
   * @return the schedule
   */
  static LearningRateSchedule constant(double learningRate) {
    StepRates rates = new StepRates(learningRate, USUAL_BETA1);
    return step -> {
      OneCycleSchedule.requireStep(step, Long.MAX_VALUE);
      return rates;
    };
  }

  /**
   * Half a cosine from the maximum at step 0 down to the minimum at the last step.
   *
   * @param maximum first learning rate
   * @param minimum last learning rate
   * @param totalSteps how many steps there are, at least 1
   * @return the schedule
   */
  static LearningRateSchedule cosine(double maximum, double minimum, long totalSteps) {
    StepRates first = new StepRates(maximum, USUAL_BETA1);
    StepRates last = new StepRates(minimum, USUAL_BETA1);
    OneCycleSchedule.requireTotal(totalSteps);
    return step -> {
      OneCycleSchedule.requireStep(step, totalSteps);
      double progress = totalSteps == 1 ? 0 : (double) step / (totalSteps - 1);
      return new StepRates(
          OneCycleSchedule.anneal(first.learningRate(), last.learningRate(), progress),
          USUAL_BETA1);
    };
  }

  /**
   * A straight line from the first rate at step 0 towards the last. (torch's {@code LinearLR} as
   * the original calls it: the last rate would be reached one step after the end.)
   *
   * @param first learning rate of step 0
   * @param last learning rate after the last step
   * @param totalSteps how many steps there are, at least 1
   * @return the schedule
   */
  static LearningRateSchedule rising(double first, double last, long totalSteps) {
    StepRates start = new StepRates(first, USUAL_BETA1);
    StepRates end = new StepRates(last, USUAL_BETA1);
    OneCycleSchedule.requireTotal(totalSteps);
    return step -> {
      OneCycleSchedule.requireStep(step, totalSteps);
      double progress = (double) step / totalSteps;
      double rate = start.learningRate() + (end.learningRate() - start.learningRate()) * progress;
      return new StepRates(rate, USUAL_BETA1);
    };
  }
}
