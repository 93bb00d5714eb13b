// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import org.mindeye.lowlevel.LatentUpsampling;
import org.mindeye.training.lowlevel.LowLevelValidationConfig.Selection;
import picocli.CommandLine.Option;

/** The low-level recipe and network on the command line; what is not given is as published. */
final class LowLevelOptions {
  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data (120).")
  private Integer epochs;

  @Option(names = "--batch-size", paramLabel = "N", description = "Samples per batch (8).")
  private Integer batchSize;

  @Option(names = "--max-lr", paramLabel = "X", description = "Peak learning rate (5e-4).")
  private Double maxLearningRate;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "In which format steps multiply: FLOAT32 (default), BFLOAT16 or fastest; as for train.")
  private String precision;

  @Option(
      names = "--contrastive-weight",
      paramLabel = "X",
      description = "Of the teacher's soft contrastive loss; 0 for no teacher (0.1).")
  private Double contrastiveWeight;

  @Option(
      names = "--reconstruction-weight",
      paramLabel = "X",
      description = "Of the error of decoded pixels (0).")
  private Double reconstructionWeight;

  @Option(
      names = "--edges-weight",
      paramLabel = "X",
      description = "Of the error of their edges (0).")
  private Double edgesWeight;

  @Option(
      names = "--selection",
      paramLabel = "NAME",
      description =
          "What says which epoch is best: mean_squared (default; of latents), pix_corr or ssim.")
  private Selection selection;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "Stop after so many epochs without a better one; 0 for never (0).")
  private Integer patience;

  @Option(names = "--seed", paramLabel = "N", description = "Same seed, same weights (0).")
  private Long seed;

  @Option(
      names = "--side",
      paramLabel = "N",
      description = "Pixels per side that images are resized to and encoded at (512).")
  private Integer side;

  @Option(names = "--hidden", paramLabel = "N", description = "Width of the first layers (4096).")
  private Integer hidden;

  @Option(names = "--blocks", paramLabel = "N", description = "Residual blocks (4).")
  private Integer blocks;

  @Option(
      names = "--upsampling",
      paramLabel = "NAME",
      description = "How far the convolutions enlarge: x4 (default), x8 or x16.")
  private LatentUpsampling upsampling;

  /** The name of a format; null if it was not given. */
  String precision() {
    return precision;
  }

  /** Notes what was given, but for {@link #precision}. */
  void into(Flags flags) {
    flags
        .put("train/epochs", epochs)
        .put("train/batchSize", batchSize)
        .put("train/optimizer/learningRate/maximum", maxLearningRate)
        .put("train/objective/contrastive", contrastiveWeight)
        .put("train/objective/reconstruction", reconstructionWeight)
        .put("train/objective/edges", edgesWeight)
        .put("train/validation/selection", selection)
        .put("train/validation/patience", patience)
        .put("train/seed", seed)
        .put("side", side)
        .put("model/mlp/hidden", hidden)
        .put("model/mlp/blocks", blocks)
        .put("model/upsampling", upsampling);
  }
}
