// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import java.util.Objects;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.reconstruction.LatentScheduler;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;

/**
 * A UNet, and how latents are repainted with it.
 *
 * @param network the shape of the UNet
 * @param scheduler how latents are sampled
 * @param steps from noise to the end
 * @param guidance classifier-free guidance scale
 * @param strength which share of the steps is done, the last ones
 */
record ImageToImageConfig(
    ConditionalUnetConfig network,
    LatentScheduler scheduler,
    int steps,
    double guidance,
    double strength) {
  /** Checks the numbers. */
  ImageToImageConfig {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(scheduler, "scheduler");
    new DecodeConfig(steps, guidance, strength, 0, 1);
  }

  /** As published. */
  static ImageToImageConfig paper(ConditionalUnetConfig network) {
    DecodeConfig paper = DecodeConfig.paper();
    return new ImageToImageConfig(
        network, LatentScheduler.paper(), paper.steps(), paper.guidance(), paper.strength());
  }

  /** What of it is a painting's; there is no seed in recorded noise. */
  DecodeConfig painting() {
    return new DecodeConfig(steps, guidance, strength, 0, 1);
  }
}
