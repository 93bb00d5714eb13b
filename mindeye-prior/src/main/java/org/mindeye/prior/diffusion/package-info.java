// SPDX-License-Identifier: Apache-2.0
/**
 * The arithmetic of diffusion, for the prior and for samplers of any other latents: noise
 * schedules, what a network predicts, timesteps, and the solvers' steps as weighted sums. Pure
 * functions in double precision; nothing here knows a tensor or a device.
 *
 * <p>Notation: {@code beta_t} is the variance that step t adds, {@code alphaBar_t} the product of
 * {@code 1 - beta} up to t ({@code alphas_cumprod} in published files), {@code alpha =
 * sqrt(alphaBar)}, {@code sigma = sqrt(1 - alphaBar)}, {@code lambda = ln(alpha / sigma)}. A noisy
 * sample is {@code x_t = alpha_t x0 + sigma_t epsilon}.
 */
package org.mindeye.prior.diffusion;
