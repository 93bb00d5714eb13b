// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.Subject;

/** The backbones that are measured. */
public enum BackboneSize {
  /** 1,500 voxels, 512 wide, 17x32 tokens: seconds instead of minutes. */
  SMALL(
      BackboneConfig.paper(1500)
          .withHidden(512)
          .withSpace(new ClipSpace(17, 32))
          .withProjector(256)),
  /** The published shape for CLIP's final layer: subject 1's 15,724 voxels, 1x768. */
  PAPER_FINAL(BackboneConfig.paper(Subject.SUBJ01.voxels()).withSpace(ClipSpace.VIT_L_14_FINAL)),
  /** The published shape: subject 1's 15,724 voxels, 257x768; 947,579,904 parameters. */
  PAPER_HIDDEN(BackboneConfig.paper(Subject.SUBJ01.voxels()));

  private final BackboneConfig config;

  BackboneSize(BackboneConfig config) {
    this.config = config;
  }

  /** The network's shape. */
  BackboneConfig config() {
    return config;
  }
}
