// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import java.util.Objects;
import org.mindeye.prior.diffusion.Ddim;
import org.mindeye.prior.diffusion.DpmSolver;
import org.mindeye.prior.diffusion.NoiseLevel;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.prior.diffusion.SamplingPlan;
import org.mindeye.prior.diffusion.Timesteps;
import org.mindeye.prior.diffusion.UniPc;

/**
 * How latents are sampled: a solver, where it calls the network, and where it ends. All are
 * deterministic; the only noise is that of the start.
 *
 * <p>Image-to-image with a network that predicts the noise of its latents:
 *
 * <pre>{@code
 * NoiseSchedule schedule = NoiseSchedule.stableDiffusion();
 * int start = Timesteps.startIndex(20, 0.85);
 * SamplingPlan plan = LatentScheduler.paper().plan(schedule, PredictionType.EPSILON, 20, start);
 * Sampling.addNoise(latents, drawn, schedule.level(plan.steps().get(0).timestep()));
 * Sampling.run(plan, latents, network::predict, noise);
 * }</pre>
 *
 * <p>A strength of less than one step leaves nothing to do: start is the number of steps then, and
 * the latents are the result.
 *
 * @param method the solver
 * @param spacing which timesteps it takes
 * @param end what follows the last of them
 */
public record LatentScheduler(Method method, Spacing spacing, End end) {

  /** A solver. */
  public enum Method {
    /** {@link UniPc}, MindEye's. */
    UNIPC,
    /** {@link DpmSolver}, DPM-Solver++ (2M), without fresh noise. */
    DPM_SOLVER,
    /** {@link Ddim} with eta 0. */
    DDIM
  }

  /**
   * {@code timestep_spacing} of diffusers. Its solvers of second order leave out the last of one
   * timestep more, since that is where they end.
   */
  public enum Spacing {
    /** From the noisiest timestep to 0: of UniPC and DPM-Solver++ if nothing else is said. */
    LINSPACE,
    /** Multiples of a whole number, and 1 (Stable Diffusion's {@code steps_offset}): of DDIM. */
    LEADING,
    /** From the noisiest timestep on, in equal parts of all. */
    TRAILING;

    private Timesteps of(int timesteps, int steps, boolean withoutLast) {
      int more = withoutLast ? 1 : 0;
      Timesteps spaced =
          switch (this) {
            case LINSPACE -> Timesteps.linspace(timesteps, steps + more);
            case LEADING -> Timesteps.leading(timesteps, steps + more, STEPS_OFFSET);
            case TRAILING -> Timesteps.trailing(timesteps, steps);
          };
      return withoutLast && this != TRAILING ? spaced.withoutLast() : spaced;
    }
  }

  /** Where the last step leads. */
  public enum End {
    /**
     * To timestep 0, which leaves a little noise: diffusers 0.13, with which MindEye was published;
     * {@code final_sigmas_type: sigma_min} and, for DDIM, {@code set_alpha_to_one: false} today.
     */
    TIMESTEP_0,
    /** To the predicted clean latents: diffusers today. */
    CLEAN;

    private NoiseLevel in(NoiseSchedule schedule) {
      return this == CLEAN ? NoiseLevel.CLEAN : schedule.level(0);
    }
  }

  private static final int STEPS_OFFSET = 1;

  /** Checks that all is there. */
  public LatentScheduler {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(spacing, "spacing");
    Objects.requireNonNull(end, "end");
  }

  /**
   * MindEye's: UniPC to timestep 0, as in diffusers 0.13.
   *
   * @return the scheduler
   */
  public static LatentScheduler paper() {
    return published(Method.UNIPC);
  }

  /**
   * A solver as diffusers 0.13 has it with Stable Diffusion's file: DDIM from timestep 951 down to
   * 1 for 20 steps, the others from 999 down to 50; all end at timestep 0.
   *
   * @param method the solver
   * @return the scheduler
   */
  public static LatentScheduler published(Method method) {
    Spacing spacing = method == Method.DDIM ? Spacing.LEADING : Spacing.LINSPACE;
    return new LatentScheduler(method, spacing, End.TIMESTEP_0);
  }

  /**
   * The same from other timesteps.
   *
   * @param other which timesteps
   * @return a changed copy
   */
  public LatentScheduler withSpacing(Spacing other) {
    return new LatentScheduler(method, other, end);
  }

  /**
   * The same to another end.
   *
   * @param other what follows the last timestep
   * @return a changed copy
   */
  public LatentScheduler withEnd(End other) {
    return new LatentScheduler(method, spacing, other);
  }

  /**
   * The steps.
   *
   * @param schedule the process
   * @param prediction what the network predicts
   * @param steps how many timesteps from noise to the end
   * @param start how many of them to leave out at the noisy end ({@link Timesteps#startIndex});
   *     fewer than steps
   * @return a plan of {@code steps - start} calls of the network, which draws no noise
   * @throws IllegalArgumentException if there are too many steps or too few for this spacing, or
   *     none is left
   */
  public SamplingPlan plan(
      NoiseSchedule schedule, PredictionType prediction, int steps, int start) {
    boolean withoutLast = method != Method.DDIM;
    int most = schedule.timesteps() - (withoutLast ? 1 : 0);
    if (steps < 1 || steps > most) {
      throw new IllegalArgumentException(
          "steps: expected 1 to "
              + most
              + " for "
              + method
              + " with this schedule but was "
              + steps);
    }
    Timesteps timesteps = spacing.of(schedule.timesteps(), steps, withoutLast);
    NoiseLevel last = end.in(schedule);
    return switch (method) {
      case UNIPC -> new UniPc(last).plan(schedule, prediction, timesteps, start);
      case DPM_SOLVER -> new DpmSolver(false, last).plan(schedule, prediction, timesteps, start);
      case DDIM -> new Ddim(0, last).plan(schedule, prediction, timesteps, start);
    };
  }
}
