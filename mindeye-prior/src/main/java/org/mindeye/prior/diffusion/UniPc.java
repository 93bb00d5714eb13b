// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * UniPC (Zhao et al. 2023) of second order on the clean prediction, the sampler of MindEye's
 * reconstructions ({@code UniPCMultistepScheduler} of diffusers with {@code solver_order: 2},
 * {@code predict_x0: true}, {@code solver_type: bh2}). Its predictor is that of {@link DpmSolver};
 * before it, the corrector makes the step that led to the sample again, knowing the prediction
 * there. The network is called once a step, on the sample that was not corrected.
 *
 * <p>The first step has no corrector, and is of first order as the last one is, however many there
 * are. (The documentation of diffusers has it so for fewer than 15 only, its code always.)
 *
 * @param end the level after the last timestep: that of timestep 0 as in diffusers up to 0.13, with
 *     which MindEye was published, or {@link NoiseLevel#CLEAN} as in later ones
 */
public record UniPc(NoiseLevel end) {
  private static final DpmSolver PREDICTOR = new DpmSolver(false, NoiseLevel.CLEAN);

  /** Checks that all is there. */
  public UniPc {
    Objects.requireNonNull(end, "end");
  }

  /**
   * The steps, each to the next timestep of the list. No noise is drawn.
   *
   * @param schedule the process
   * @param prediction what the network predicts
   * @param timesteps where the network is called; diffusers takes {@link Timesteps#linspace} of one
   *     more, without the last
   * @param start how many timesteps to leave out at the noisy end ({@link Timesteps#startIndex})
   * @return the plan
   * @throws IllegalArgumentException if the timesteps are not of this process, or none is left
   */
  public SamplingPlan plan(
      NoiseSchedule schedule, PredictionType prediction, Timesteps timesteps, int start) {
    List<SamplingPlan.Step> steps = new ArrayList<>();
    int first = timesteps.requireIndex(start);
    int last = timesteps.count() - 1;
    List<NoiseLevel> levels = new ArrayList<>(); // newest first
    for (int i = first; i <= last; i++) {
      NoiseLevel from = schedule.level(timesteps.get(i));
      NoiseLevel to = i == last ? end : schedule.level(timesteps.get(i + 1));
      levels.add(0, from);
      StepWeights weights =
          i == first || i == last
              ? PREDICTOR.firstOrder(from, to)
              : PREDICTOR.secondOrder(levels.get(1), from, to);
      SamplingPlan.Step step =
          SamplingPlan.Step.of(schedule, prediction, timesteps.get(i), weights);
      // Where nothing is left of the sample, there is nothing to correct.
      boolean corrects = i > first && weights.sample() != 0;
      steps.add(corrects ? step.withCorrector(corrector(levels)) : step);
    }
    return new SamplingPlan(steps);
  }

  /** The last step made again, of the order it was made with: the first one of first order. */
  private static StepWeights corrector(List<NoiseLevel> newestFirst) {
    NoiseLevel to = newestFirst.get(0);
    NoiseLevel from = newestFirst.get(1);
    double h = to.lambda() - from.lambda();
    double replaced = -Math.expm1(-h);
    double sample = to.sigma() / from.sigma();
    double gained = to.alpha() * replaced;
    if (newestFirst.size() == 2) {
      return StepWeights.of(sample, 0, gained / 2, gained / 2);
    }
    // The paper's B is B(h) = e^-h - 1 (bh2), and its two equations in rho1 and rho2 are solved.
    double ratio = (newestFirst.get(2).lambda() - from.lambda()) / h;
    double first = replaced / h - 1;
    double second = -first / h - 0.5;
    double b1 = -first / replaced;
    double b2 = -2 * second / replaced;
    double rho1 = (b1 - b2) / (1 - ratio);
    double rho2 = b1 - rho1;
    double earlier = gained * rho1 / ratio;
    double newest = gained * rho2;
    return StepWeights.of(sample, 0, newest, gained - newest - earlier, earlier);
  }
}
