// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.util.Objects;
import org.mindeye.core.document.Document;
import org.mindeye.lowlevel.LatentUpsampling;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.training.lowlevel.LowLevelTrainingConfig;

/**
 * Everything a run of the low-level network decides, whatever data it is given.
 *
 * @param train the recipe
 * @param side rows, and columns, that images are resized to before they are encoded
 * @param model what is free in the shape of the network
 * @param checkpoints how often the run is saved
 */
record LowLevelRunConfig(
    LowLevelTrainingConfig train, int side, Free model, SavingConfig checkpoints) {
  private static final int PUBLISHED_SIDE = 512;

  /**
   * {@link LowLevelConfig} without what follows: voxels come with the data, the shape of latents
   * with autoencoder and side, and there is a projector where there is a contrastive loss.
   *
   * @param mlp the layers that read voxels
   * @param upsampling how far the convolutions enlarge
   */
  record Free(LowLevelConfig.Mlp mlp, LatentUpsampling upsampling) {
    /** Checks that all is there. */
    Free {
      Objects.requireNonNull(mlp, "mlp");
      Objects.requireNonNull(upsampling, "upsampling");
    }
  }

  /** Checks that the parts fit together. */
  LowLevelRunConfig {
    Objects.requireNonNull(train, "train");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(checkpoints, "checkpoints");
    if (side < 1) {
      throw new IllegalArgumentException("side: expected at least 1 but was " + side);
    }
    double weight = train.objective().contrastive();
    if (weight > 0 && model.upsampling != LatentUpsampling.X4) {
      throw new IllegalArgumentException(
          "upsampling: only X4 has maps as fine as a teacher's but it is "
              + model.upsampling
              + ", and the contrastive loss has the weight "
              + weight
              + "; give one of them up");
    }
  }

  /** The published recipe. */
  static LowLevelRunConfig paper() {
    return new LowLevelRunConfig(
        LowLevelTrainingConfig.paper(),
        PUBLISHED_SIDE,
        new Free(LowLevelConfig.Mlp.paper(), LatentUpsampling.X4),
        SavingConfig.standard());
  }

  /**
   * What a file and the command line ask for. What neither mentions is as published.
   *
   * @param written may leave fields out
   * @param flags of the same structure; they win
   */
  static LowLevelRunConfig of(Document written, Flags flags) {
    Document file = written.upgraded(LowLevelRunConfig.class);
    Document requested = file.with(flags.tree());
    return file.with(RunConfig.shorterWarmup(requested.root().at("/train")))
        .with(flags.tree())
        .as(LowLevelRunConfig.class, paper());
  }

  /** The network for a brain and the latents of an autoencoder. */
  LowLevelConfig network(int voxels, LowLevelConfig.Latents latents) {
    boolean taught = train.objective().contrastive() > 0;
    return new LowLevelConfig(voxels, model.mlp, model.upsampling, latents, taught);
  }
}
