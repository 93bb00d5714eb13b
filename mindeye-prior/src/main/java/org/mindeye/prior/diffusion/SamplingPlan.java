// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything about a way from noise to a sample that does not depend on the sample: at which
 * timesteps the network is called, and how each step continues from there. Predictions are not
 * clipped. Immutable.
 *
 * @param steps in the order they are done, at least one
 */
public record SamplingPlan(List<Step> steps) {
  /**
   * One call of the network, and what follows from it.
   *
   * @param timestep what the network is called with
   * @param toSample how its prediction becomes one of the clean sample
   * @param corrector a sum that the sample is replaced by before the step, with the sample that the
   *     step before left from (corrected, if it was) in the place of the noisy one
   * @param weights the sum that the sample is replaced by
   * @param drawsNoise whether noise is drawn, even if its weight is 0
   */
  public record Step(
      int timestep,
      PredictionType.Conversion toSample,
      Optional<StepWeights> corrector,
      StepWeights weights,
      boolean drawsNoise) {
    /** Checks that all is there, and refuses a weight of noise that is not drawn. */
    public Step {
      Objects.requireNonNull(toSample, "toSample");
      Objects.requireNonNull(corrector, "corrector");
      Objects.requireNonNull(weights, "weights");
      corrector.ifPresent(
          correction -> {
            if (correction.noise() != 0) {
              throw new IllegalArgumentException(
                  "corrector: expected no noise but its weight was " + correction.noise());
            }
          });
      if (weights.noise() != 0 && !drawsNoise) {
        throw new IllegalArgumentException(
            "drawsNoise: expected true, since noise has the weight " + weights.noise());
      }
    }

    /**
     * A step that corrects nothing.
     *
     * @param timestep what the network is called with
     * @param toSample how its prediction becomes one of the clean sample
     * @param weights the sum that the sample is replaced by
     * @param drawsNoise whether noise is drawn, even if its weight is 0
     */
    public Step(
        int timestep, PredictionType.Conversion toSample, StepWeights weights, boolean drawsNoise) {
      this(timestep, toSample, Optional.empty(), weights, drawsNoise);
    }

    /**
     * A step that corrects nothing, and draws noise only where that has a weight.
     *
     * @param schedule the process
     * @param prediction what the network predicts
     * @param timestep what the network is called with
     * @param weights how the step continues
     * @return the step
     */
    public static Step of(
        NoiseSchedule schedule, PredictionType prediction, int timestep, StepWeights weights) {
      return new Step(
          timestep,
          prediction.to(PredictionType.SAMPLE, schedule.level(timestep)),
          weights,
          weights.noise() != 0);
    }

    /**
     * With a corrector.
     *
     * @param correction what the sample is replaced by before the step
     * @return a changed copy
     */
    public Step withCorrector(StepWeights correction) {
      return new Step(timestep, toSample, Optional.of(correction), weights, drawsNoise);
    }

    /** How many predictions the sums take, this step's own among them. */
    private int predictions() {
      return Stream.concat(corrector.stream(), Stream.of(weights))
          .mapToInt(sum -> sum.predictions().size())
          .max()
          .orElseThrow();
    }
  }

  /** Copies the steps, and refuses one that needs more samples or predictions than were made. */
  public SamplingPlan {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("steps: expected at least one but was none");
    }
    if (steps.get(0).corrector().isPresent()) {
      throw new IllegalArgumentException(
          "steps: step 0 has a corrector, but there is no step before it to correct");
    }
    for (int i = 0; i < steps.size(); i++) {
      int wanted = steps.get(i).predictions();
      if (wanted > i + 1) {
        throw new IllegalArgumentException(
            "steps: step "
                + i
                + " has weights for "
                + wanted
                + " predictions but knows "
                + (i + 1));
      }
    }
  }

  /**
   * Ancestral sampling, one step for each timestep (Ho et al. 2020): the mean and the clipped
   * variance of {@code q(x_{t-1} | x_t, x0)}. Noise is drawn in the last step too, with weight 0.
   *
   * @param schedule the process
   * @param prediction what the network predicts
   * @return the plan
   */
  public static SamplingPlan ddpm(NoiseSchedule schedule, PredictionType prediction) {
    List<Step> steps = new ArrayList<>();
    for (int t = schedule.timesteps() - 1; t >= 0; t--) {
      double deviation = t == 0 ? 0 : Math.exp(0.5 * schedule.posteriorLogVarianceClipped(t));
      StepWeights weights =
          StepWeights.of(schedule.posteriorMeanCoef2(t), deviation, schedule.posteriorMeanCoef1(t));
      PredictionType.Conversion toSample = prediction.to(PredictionType.SAMPLE, schedule.level(t));
      steps.add(new Step(t, toSample, weights, true));
    }
    return new SamplingPlan(steps);
  }

  /**
   * How often the network is called.
   *
   * @return the count
   */
  public int calls() {
    return steps.size();
  }

  /**
   * How often noise is drawn on the way, the start not counted.
   *
   * @return the count
   */
  public int draws() {
    return (int) steps.stream().filter(Step::drawsNoise).count();
  }

  /**
   * How many predictions of earlier steps have to be kept.
   *
   * @return 0 for methods of first order
   */
  public int history() {
    return steps.stream().mapToInt(Step::predictions).max().orElseThrow() - 1;
  }

  /**
   * Whether a step corrects its sample, so that the sample it left from has to be kept.
   *
   * @return false for methods without a corrector
   */
  public boolean corrects() {
    return steps.stream().anyMatch(step -> step.corrector().isPresent());
  }
}
