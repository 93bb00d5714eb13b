// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import java.util.Locale;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.Subject;

/** Backbones whose weights are drawn. */
enum Model {
  /** 1,500 voxels, 512 wide, 17x32 tokens. */
  SMALL(
      BackboneConfig.paper(1500)
          .withHidden(512)
          .withSpace(new ClipSpace(17, 32))
          .withProjector(256)),
  /** The published shape for CLIP's final layer: subject 1's voxels, one token. */
  FINAL(BackboneConfig.paper(Subject.SUBJ01.voxels()).withSpace(ClipSpace.VIT_L_14_FINAL)),
  /** The published shape for all tokens of CLIP's last hidden layer. */
  HIDDEN(BackboneConfig.paper(Subject.SUBJ01.voxels()));

  private final BackboneConfig config;

  Model(BackboneConfig config) {
    this.config = config;
  }

  BackboneConfig config() {
    return config;
  }

  /** For people: what it reads and writes, and how large it is. */
  static String describe(BackboneConfig config) {
    return String.format(
        Locale.ROOT,
        "%,d voxels to %s tokens, %,d parameters",
        config.voxels(),
        config.space(),
        new ResidualMlpBackbone(config).parameterCount());
  }
}
