// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.util.List;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.ConvolutionStages;

/** The autoencoders that are measured, and the images. */
public enum AutoencoderSize {
  /** Two stages of 16 and 32 channels, 16 x 16 pixels: seconds instead of minutes. */
  SMALL(new AutoencoderConfig(new ConvolutionStages(List.of(16, 32), 1, 8), 4, 0.18215), 16),
  /** Stable Diffusion's with 83,653,863 parameters, 512 x 512 pixels. */
  PAPER(AutoencoderConfig.stableDiffusion(), 512);

  private final AutoencoderConfig config;
  private final int side;

  AutoencoderSize(AutoencoderConfig config, int side) {
    this.config = config;
    this.side = side;
  }

  /** The network's shape. */
  AutoencoderConfig config() {
    return config;
  }

  /** Rows, and columns, of the images. */
  int side() {
    return side;
  }

  /** Rows, and columns, of the latents. */
  int latentSide() {
    return side / config.stages().reduction();
  }
}
