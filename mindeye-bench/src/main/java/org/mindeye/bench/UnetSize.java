// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.util.List;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.UnetStages;

/** The UNets that are measured, each on latents of the size it was made for. */
public enum UnetSize {
  /** Two stages of 8 and 16 channels, 8 x 8 latents, 3 tokens: seconds instead of minutes. */
  SMALL(
      new ConditionalUnetConfig(
          new UnetStages(List.of(8, 16), List.of(true, false), 1, 4),
          2,
          new ClipSpace(3, 5),
          4,
          8)),
  /** Versatile Diffusion's with 859,520,964 parameters, 64 x 64 latents, 257 tokens. */
  PAPER(ConditionalUnetConfig.versatileDiffusion());

  private final ConditionalUnetConfig config;

  UnetSize(ConditionalUnetConfig config) {
    this.config = config;
  }

  /** The network's shape. */
  ConditionalUnetConfig config() {
    return config;
  }
}
