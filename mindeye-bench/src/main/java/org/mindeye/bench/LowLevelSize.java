// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import org.mindeye.data.Subject;
import org.mindeye.lowlevel.LatentUpsampling;
import org.mindeye.lowlevel.LowLevelConfig;

/** The low-level networks that are measured. */
public enum LowLevelSize {
  /** 50 voxels, 16 wide, 4 x 8 x 8 latents: seconds instead of minutes. */
  SMALL(
      new LowLevelConfig(
          50,
          new LowLevelConfig.Mlp(16, 1, 0.5, 0.25),
          LatentUpsampling.X4,
          new LowLevelConfig.Latents(4, 8),
          true)),
  /** The published network for subject 1: 206,065,604 parameters, 4 x 64 x 64 latents. */
  PAPER(LowLevelConfig.paper(Subject.SUBJ01.voxels()));

  private final LowLevelConfig config;

  LowLevelSize(LowLevelConfig config) {
    this.config = config;
  }

  /** The network's shape. */
  LowLevelConfig config() {
    return config;
  }
}
