// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * The coefficients of a diffusion process, in double precision. With {@code A_t} the product of
 * {@code 1 - beta} up to t, a clean {@code x0} becomes {@code x_t = sqrt(A_t) x0 + sqrt(1 - A_t)
 * noise}. Timesteps count from 0 (hardly any noise) to {@code timesteps() - 1} (hardly anything
 * else). Immutable.
 *
 * <p>Source: {@code NoiseScheduler} of dalle2-pytorch 1.14.2.
 */
public final class NoiseSchedule {
  /** Prefix of the published buffers. */
  static final String BUFFERS = "noise_scheduler.";

  private static final double SMALLEST_VARIANCE = 1e-20;

  private final BetaSchedule kind;
  private final double[] betas;
  private final double[] signal;

  /**
   * Creates a schedule.
   *
   * @param kind how the noise rises
   * @param timesteps how many steps, at least 2
   * @throws IllegalArgumentException if there are fewer, or a beta of that many steps is not in (0,
   *     1]: linear, quadratic and sigmoid need at least 20
   */
  public NoiseSchedule(BetaSchedule kind, int timesteps) {
    if (timesteps < 2) {
      throw new IllegalArgumentException("timesteps: expected at least 2 but was " + timesteps);
    }
    this.kind = kind;
    betas = kind.betas(timesteps);
    signal = new double[timesteps];
    double product = 1;
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
      product *= 1 - betas[t];
      signal[t] = product;
    }
  }

  /**
   * How the noise rises.
   *
   * @return the kind
   */
  public BetaSchedule kind() {
    return kind;
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
   * The variance that is left of the clean signal.
   *
   * @param t timestep, or -1 for the clean signal itself
   * @return {@code A_t}; 1 for -1
   */
  public double signal(int t) {
    return t < 0 ? 1 : signal[t];
  }

  /**
   * What the clean signal is multiplied by.
   *
   * @param t timestep, or -1
   * @return {@code sqrt(A_t)}
   */
  public double signalScale(int t) {
    return Math.sqrt(signal(t));
  }

  /**
   * What the noise is multiplied by.
   *
   * @param t timestep, or -1
   * @return {@code sqrt(1 - A_t)}
   */
  public double noiseScale(int t) {
    return Math.sqrt(1 - signal(t));
  }

  /**
   * The weight of the clean prediction in the mean of the step before, {@code q(x_{t-1} | x_t,
   * x0)}.
   *
   * @param t timestep
   * @return {@code beta_t sqrt(A_{t-1}) / (1 - A_t)}
   */
  public double posteriorCleanWeight(int t) {
    return betas[t] * Math.sqrt(signal(t - 1)) / (1 - signal[t]);
  }

  /**
   * The weight of the noisy value in the mean of the step before.
   *
   * @param t timestep
   * @return {@code (1 - A_{t-1}) sqrt(1 - beta_t) / (1 - A_t)}
   */
  public double posteriorNoisyWeight(int t) {
    return (1 - signal(t - 1)) * Math.sqrt(1 - betas[t]) / (1 - signal[t]);
  }

  /**
   * The variance of the step before, given the noisy value and the clean one.
   *
   * @param t timestep
   * @return {@code beta_t (1 - A_{t-1}) / (1 - A_t)}; 0 at timestep 0
   */
  public double posteriorVariance(int t) {
    return betas[t] * (1 - signal(t - 1)) / (1 - signal[t]);
  }

  /**
   * The logarithm of {@link #posteriorVariance}, as published: at least ln(1e-20).
   *
   * @param t timestep
   * @return the logarithm
   */
  public double posteriorLogVariance(int t) {
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
    buffers.put("alphas_cumprod", each(this::signal));
    buffers.put("alphas_cumprod_prev", each(t -> signal(t - 1)));
    buffers.put("sqrt_alphas_cumprod", each(this::signalScale));
    buffers.put("sqrt_one_minus_alphas_cumprod", each(this::noiseScale));
    buffers.put("log_one_minus_alphas_cumprod", each(t -> Math.log(1 - signal(t))));
    buffers.put("sqrt_recip_alphas_cumprod", each(t -> Math.sqrt(1 / signal(t))));
    buffers.put("sqrt_recipm1_alphas_cumprod", each(t -> Math.sqrt(1 / signal(t) - 1)));
    buffers.put("posterior_variance", each(this::posteriorVariance));
    buffers.put("posterior_log_variance_clipped", each(this::posteriorLogVariance));
    buffers.put("posterior_mean_coef1", each(this::posteriorCleanWeight));
    buffers.put("posterior_mean_coef2", each(this::posteriorNoisyWeight));
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
    return kind + " over " + timesteps() + " timesteps";
  }
}
