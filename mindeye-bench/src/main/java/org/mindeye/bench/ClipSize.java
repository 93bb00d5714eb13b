// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.nn.Nonlinearity;

/** The image towers that are measured, with painted pictures 16/7 as large as they read. */
public enum ClipSize {
  /** 17 tokens of 24, two layers: seconds instead of minutes; pictures of 128 x 128. */
  SMALL(
      new VisionTransformerConfig(
          64, 256, 2, 4, new PatchGrid(56, 14), 24, Nonlinearity.QUICK_GELU)),
  /** ViT-L/14, MindEye's; pictures of 512 x 512. */
  PAPER(VisionTransformerConfig.vitL14());

  private final VisionTransformerConfig config;

  ClipSize(VisionTransformerConfig config) {
    this.config = config;
  }

  /** The network's shape. */
  VisionTransformerConfig config() {
    return config;
  }

  /** Pixels per side of a painted picture. */
  int painted() {
    return config.patches().imageSize() * 16 / 7;
  }
}
