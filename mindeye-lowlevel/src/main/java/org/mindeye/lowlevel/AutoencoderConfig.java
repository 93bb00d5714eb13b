// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import java.util.List;
import java.util.Objects;

/**
 * The shape of an {@link AutoencoderKl}.
 *
 * @param stages of encoder and decoder
 * @param latentChannels numbers per position of the latents; diffusers' {@code latent_channels}
 * @param scale what latents are multiplied by, so that their deviation is about 1; diffusers'
 *     {@code scaling_factor}
 */
public record AutoencoderConfig(ConvolutionStages stages, int latentChannels, double scale) {
  /** Stable Diffusion's factor on latents. */
  public static final double STABLE_DIFFUSION_SCALE = 0.18215;

  /** Checks the numbers. */
  public AutoencoderConfig {
    Objects.requireNonNull(stages, "stages");
    if (latentChannels < 1) {
      throw new IllegalArgumentException(
          "latentChannels: expected at least 1 but was " + latentChannels);
    }
    if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("scale: expected a positive number but was " + scale);
    }
  }

  /**
   * The autoencoder of Stable Diffusion 1 and Versatile Diffusion: 83,653,863 parameters, 512 x 512
   * pixels to 4 x 64 x 64 latents.
   *
   * @return the published configuration
   */
  public static AutoencoderConfig stableDiffusion() {
    return new AutoencoderConfig(
        new ConvolutionStages(List.of(128, 256, 512, 512), 2, 32), 4, STABLE_DIFFUSION_SCALE);
  }
}
