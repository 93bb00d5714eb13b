// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.PriorConfig;

/**
 * A prior that can be sampled.
 *
 * @param network the shape of the network
 * @param process the diffusion process it was trained for
 */
record PriorSampleConfig(PriorConfig network, DiffusionConfig process) {}
