// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

/**
 * What to compute, for the components that offer a choice.
 *
 * @param loss which loss; null for components without one
 * @param sampler how to sample a prior; null for components that do not
 * @param scheduler how to sample latents; null for components that do not
 * @param guidance how far predictions of a prior are moved away from those from nothing; 1 for none
 */
record Choices(LossChoice loss, SamplerChoice sampler, SchedulerChoice scheduler, double guidance) {
  /** Whether predictions are compared with those from nothing. */
  boolean guided() {
    return guidance != 1;
  }
}
