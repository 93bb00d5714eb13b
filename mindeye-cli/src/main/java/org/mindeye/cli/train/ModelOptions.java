// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import org.mindeye.core.backbone.BackboneConfig.Projector;
import picocli.CommandLine.Option;

/** The networks on the command line; what is not given is as published. */
final class ModelOptions {
  @Option(
      names = "--final-layer",
      negatable = true,
      description = "Predict CLIP's final embedding, one token, instead of all tokens.")
  private Boolean finalLayer;

  @Option(names = "--hidden", paramLabel = "N", description = "Width of the backbone (4096).")
  private Integer hidden;

  @Option(names = "--blocks", paramLabel = "N", description = "Residual blocks (4).")
  private Integer blocks;

  @Option(
      names = "--residuals",
      negatable = true,
      description = "Skip connections around the blocks (default).")
  private Boolean residuals;

  @Option(
      names = "--projector",
      negatable = true,
      description = "A projector for the contrastive loss (default).")
  private Boolean projector;

  @Option(names = "--projector-width", paramLabel = "N", description = "Its hidden width (2048).")
  private Integer projectorWidth;

  @Option(names = "--input-dropout", paramLabel = "X", description = "After the input layer (0.5).")
  private Double inputDropout;

  @Option(names = "--block-dropout", paramLabel = "X", description = "In the blocks (0.15).")
  private Double blockDropout;

  @Option(
      names = "--prior",
      negatable = true,
      description = "A diffusion prior (default unless the objective has no use for it).")
  private Boolean prior;

  @Option(
      names = "--prior-depth",
      paramLabel = "N",
      description = "Layers of the prior (6; 12 with --final-layer).")
  private Integer depth;

  @Option(names = "--prior-heads", paramLabel = "N", description = "Query heads (12).")
  private Integer heads;

  @Option(names = "--prior-head-width", paramLabel = "N", description = "Channels of a head (64).")
  private Integer headWidth;

  @Option(
      names = "--prior-timesteps",
      paramLabel = "N",
      description = "Steps of noise (100; 1000 with --final-layer).")
  private Integer timesteps;

  @Option(
      names = "--prior-text-slots",
      paramLabel = "N",
      description = "Learned tokens of the final-layer prior (256).")
  private Integer textSlots;

  /**
   * Notes what was given.
   *
   * @throws IllegalArgumentException if options contradict each other
   */
  void into(Flags flags) {
    if (Boolean.FALSE.equals(projector) && projectorWidth != null) {
      throw new IllegalArgumentException("--projector-width says nothing with --no-projector");
    }
    boolean aboutPrior = depth != null || heads != null || headWidth != null || timesteps != null;
    if (Boolean.FALSE.equals(prior) && (aboutPrior || textSlots != null)) {
      throw new IllegalArgumentException(
          "--prior-depth, --prior-heads and the like say nothing with --no-prior");
    }
    Integer none = Projector.NONE.width();
    Integer width = Boolean.FALSE.equals(projector) ? none : projectorWidth;
    flags
        .put("model/finalLayer", finalLayer)
        .put("model/trunk/hidden", hidden)
        .put("model/trunk/blocks", blocks)
        .put("model/trunk/residuals", residuals)
        .put("model/trunk/inputDropout", inputDropout)
        .put("model/trunk/blockDropout", blockDropout)
        .put("model/projector/width", width)
        .imply(
            "model/projector/width",
            Boolean.TRUE.equals(projector) ? Projector.paper().width() : null)
        .put("model/prior", prior)
        .put("model/transformer/depth", depth)
        .put("model/transformer/heads", heads)
        .put("model/transformer/headWidth", headWidth)
        .put("model/diffusion/timesteps", timesteps)
        .put("model/textSlots", textSlots);
    if (textSlots != null && !flags.tree().at("/model/finalLayer").asBoolean()) {
      throw new IllegalArgumentException("--prior-text-slots is for --final-layer");
    }
  }
}
