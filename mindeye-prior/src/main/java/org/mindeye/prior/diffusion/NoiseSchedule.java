// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import org.mindeye.Plural;

/**
 * The coefficients of a diffusion process, in double precision. Timesteps count from 0 (hardly any
 * noise) to {@code timesteps() - 1} (hardly anything else); -1 stands for the clean sample where a
 * method says so. Immutable.
 *
 * <p>Source: {@code NoiseScheduler} of dalle2-pytorch 1.14.2; {@code beta_schedule} of the
 * schedulers of diffusers 0.13.0.
 */
public final class NoiseSchedule {
  private static final double SMALLEST_VARIANCE = 1e-20;

  private final String name;
  private final double[] betas;
  private final double[] alphaBar;

  private NoiseSchedule(String name, double[] betas) {
    this.name = name;
    this.betas = betas;
    alphaBar = new double[betas.length];
    double product = 1;
    for (int t = 0; t < betas.length; t++) {
      if (!(betas[t] > 0 && betas[t] <= 1)) {
        throw new IllegalArgumentException(
            "betas: expected numbers in (0, 1] but beta " + t + " is " + betas[t]);
      }
      product *= 1 - betas[t];
      alphaBar[t] = product;
    }
  }

  /**
   * One of dalle2-pytorch's schedules.
   *
   * @param kind how the noise rises
   * @param timesteps how many steps, at least 2
   * @return the schedule
   * @throws IllegalArgumentException if there are fewer, or a beta of that many steps is not in (0,
   *     1]: linear, quadratic and sigmoid need at least 20
   */
  public static NoiseSchedule of(BetaSchedule kind, int timesteps) {
    Objects.requireNonNull(kind, "kind");
    requireTimesteps(timesteps);
    double[] betas = kind.betas(timesteps);
    for (int t = 0; t < timesteps; t++) {
      if (!(betas[t] > 0 && betas[t] <= 1)) {
        throw new IllegalArgumentException(
            "timesteps: "
                + timesteps
                + " are too few for the schedule "
                + kind
                + ", whose beta "
                + t
                + " would be "
                + betas[t]
                + "; use more, or COSINE");
      }
    }
    return new NoiseSchedule(kind.toString(), betas);
  }

  /**
   * Evenly rising betas ({@code linear} of diffusers).
   *
   * @param betaStart the first, in (0, 1]; 0.0001 by default in diffusers
   * @param betaEnd the last, in (0, 1]; 0.02 by default in diffusers
   * @param timesteps how many steps, at least 2
   * @return the schedule
   * @throws IllegalArgumentException if a number is out of its range
   */
  public static NoiseSchedule linear(double betaStart, double betaEnd, int timesteps) {
    requireTimesteps(timesteps);
    return new NoiseSchedule(
        "linear from " + betaStart + " to " + betaEnd, Betas.linear(betaStart, betaEnd, timesteps));
  }

  /**
   * Betas whose square roots rise evenly ({@code scaled_linear} of diffusers).
   *
   * @param betaStart the first, in (0, 1]
   * @param betaEnd the last, in (0, 1]
   * @param timesteps how many steps, at least 2
   * @return the schedule
   * @throws IllegalArgumentException if a number is out of its range
   */
  public static NoiseSchedule scaledLinear(double betaStart, double betaEnd, int timesteps) {
    requireTimesteps(timesteps);
    return new NoiseSchedule(
        "scaled linear from " + betaStart + " to " + betaEnd,
        Betas.scaledLinear(betaStart, betaEnd, timesteps));
  }

  /**
   * The schedule of Stable Diffusion and Versatile Diffusion: scaled linear, 0.00085 to 0.012, 1000
   * timesteps.
   *
   * @return the schedule
   */
  public static NoiseSchedule stableDiffusion() {
    return scaledLinear(0.00085, 0.012, 1000);
  }

  /**
   * A schedule given beta by beta ({@code trained_betas} of diffusers).
   *
   * @param betas one in (0, 1] per timestep, least noise first; copied
   * @return the schedule
   * @throws IllegalArgumentException if there are fewer than two, or one is out of its range
   */
  public static NoiseSchedule ofBetas(double... betas) {
    requireTimesteps(betas.length);
    return new NoiseSchedule("given betas", betas.clone());
  }

  private static void requireTimesteps(int timesteps) {
    if (timesteps < 2) {
      throw new IllegalArgumentException("timesteps: expected at least 2 but was " + timesteps);
    }
  }

  /**
   * How many timesteps there are.
   *
   * @return at least 2
   */
  public int timesteps() {
    return betas.length;
  }

  /**
   * The share of variance that a step replaces by noise.
   *
   * @param t timestep
   * @return {@code beta_t}
   */
  public double beta(int t) {
    return betas[t];
  }

  /**
   * How noisy a timestep is.
   *
   * @param t timestep, or -1 for the clean sample
   * @return the level
   * @throws IllegalArgumentException if there is no such timestep
   */
  public NoiseLevel level(int t) {
    if (t < -1 || t >= betas.length) {
      throw new IllegalArgumentException(
          "timestep: expected a number from -1 to " + (betas.length - 1) + " but was " + t);
    }
    return t == -1 ? NoiseLevel.CLEAN : new NoiseLevel(alphaBar[t]);
  }

  /**
   * The variance that is left of the clean sample ({@code alphas_cumprod}).
   *
   * @param t timestep, or -1 for the clean sample
   * @return the product of {@code 1 - beta} up to t; 1 for -1
   */
  public double alphaBar(int t) {
    return level(t).alphaBar();
  }

  /**
   * What the clean sample is multiplied by.
   *
   * @param t timestep, or -1
   * @return {@code sqrt(alphaBar_t)}
   */
  public double alpha(int t) {
    return level(t).alpha();
  }

  /**
   * What the noise is multiplied by.
   *
   * @param t timestep, or -1
   * @return {@code sqrt(1 - alphaBar_t)}
   */
  public double sigma(int t) {
    return level(t).sigma();
  }

  /**
   * Half the logarithm of the signal-to-noise ratio.
   *
   * @param t timestep, or -1
   * @return {@code ln(alpha_t / sigma_t)}; positive infinity for -1
   */
  public double lambda(int t) {
    return level(t).lambda();
  }

  /**
   * The weight of the clean sample in the mean of the step before, {@code q(x_{t-1} | x_t, x0)}.
   *
   * @param t timestep
   * @return {@code beta_t sqrt(alphaBar_{t-1}) / (1 - alphaBar_t)}
   */
  public double posteriorMeanCoef1(int t) {
    return betas[t] * alpha(t - 1) / (1 - alphaBar[t]);
  }

  /**
   * The weight of the noisy sample in the mean of the step before.
   *
   * @param t timestep
   * @return {@code (1 - alphaBar_{t-1}) sqrt(1 - beta_t) / (1 - alphaBar_t)}
   */
  public double posteriorMeanCoef2(int t) {
    return (1 - alphaBar(t - 1)) * Math.sqrt(1 - betas[t]) / (1 - alphaBar[t]);
  }

  /**
   * The variance of the step before, given the noisy sample and the clean one.
   *
   * @param t timestep
   * @return {@code beta_t (1 - alphaBar_{t-1}) / (1 - alphaBar_t)}; 0 at timestep 0
   */
  public double posteriorVariance(int t) {
    return betas[t] * (1 - alphaBar(t - 1)) / (1 - alphaBar[t]);
  }

  /**
   * The logarithm of {@link #posteriorVariance}, as published: at least ln(1e-20).
   *
   * @param t timestep
   * @return the logarithm
   */
  public double posteriorLogVarianceClipped(int t) {
    return Math.log(Math.max(posteriorVariance(t), SMALLEST_VARIANCE));
  }

  /**
   * The buffers of published checkpoints, by their names there without the prefix {@code
   * noise_scheduler.}, rounded to float32.
   *
   * @return thirteen arrays of one number per timestep, in the published order
   */
  public Map<String, float[]> buffers() {
    Map<String, float[]> buffers = new LinkedHashMap<>();
    buffers.put("betas", each(this::beta));
    buffers.put("alphas_cumprod", each(this::alphaBar));
    buffers.put("alphas_cumprod_prev", each(t -> alphaBar(t - 1)));
    buffers.put("sqrt_alphas_cumprod", each(this::alpha));
    buffers.put("sqrt_one_minus_alphas_cumprod", each(this::sigma));
    buffers.put("log_one_minus_alphas_cumprod", each(t -> Math.log(1 - alphaBar(t))));
    buffers.put("sqrt_recip_alphas_cumprod", each(t -> Math.sqrt(1 / alphaBar(t))));
    buffers.put("sqrt_recipm1_alphas_cumprod", each(t -> Math.sqrt(1 / alphaBar(t) - 1)));
    buffers.put("posterior_variance", each(this::posteriorVariance));
    buffers.put("posterior_log_variance_clipped", each(this::posteriorLogVarianceClipped));
    buffers.put("posterior_mean_coef1", each(this::posteriorMeanCoef1));
    buffers.put("posterior_mean_coef2", each(this::posteriorMeanCoef2));
    buffers.put("p2_loss_weight", each(t -> 1));
    return buffers;
  }

  private float[] each(IntToDoubleFunction value) {
    float[] values = new float[betas.length];
    for (int t = 0; t < values.length; t++) {
      values[t] = (float) value.applyAsDouble(t);
    }
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NoiseSchedule schedule && Arrays.equals(betas, schedule.betas);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(betas);
  }

  @Override
  public String toString() {
    return name + " over " + Plural.of(timesteps(), "timestep");
  }
}
