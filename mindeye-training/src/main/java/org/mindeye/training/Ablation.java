// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.losses.MixCoTargets;

/**
 * The paper's ablations (section 4.3 and appendix), as changes to the published recipe and
 * backbone: which losses, how deep, with or without skip connections, projector and prior.
 *
 * <pre>{@code
 * Ablation ablation = Ablation.NO_RESIDUALS;
 * TrainingConfig recipe = ablation.recipe(TrainingConfig.paper());
 * BackboneConfig backbone = ablation.backbone(BackboneConfig.paper(voxels));
 * }</pre>
 */
public enum Ablation {
  /** Nothing changed: BiMixCo, then SoftCLIP, and the prior. */
  PUBLISHED,
  /** Squared error of the tokens alone: no contrastive loss, no prior, no mixing. */
  MSE_ONLY(new Objective(0, 0, 1), Mixing.NEVER),
  /** The plain CLIP loss alone. */
  NCE_ONLY(Objective.CONTRASTIVE_ONLY, Mixing.NEVER),
  /** The plain CLIP loss and squared error. */
  NCE_AND_MSE(new Objective(1, 0, 1), Mixing.NEVER),
  /** The plain CLIP loss and the prior. */
  NCE_AND_PRIOR(Objective.JOINT, Mixing.NEVER),
  /** BiMixCo to the end, and the prior. */
  BIMIXCO_AND_PRIOR(Objective.JOINT, Mixing.ALWAYS),
  /** SoftCLIP from the start, and the prior. */
  SOFTCLIP_AND_PRIOR(Objective.JOINT, Mixing.SOFTCLIP),
  /** The prior alone: the backbone learns through it. */
  PRIOR_ONLY(Objective.PRIOR_ONLY, Mixing.PUBLISHED),
  /** No prior: retrieval only. */
  NO_PRIOR(Objective.CONTRASTIVE_ONLY, Mixing.PUBLISHED),
  /** The tokens serve contrastive loss and prior alike. */
  NO_PROJECTOR {
    @Override
    public BackboneConfig backbone(BackboneConfig published) {
      return published.withoutProjector();
    }
  },
  /** No residual block. */
  DEPTH_0 {
    @Override
    public BackboneConfig backbone(BackboneConfig published) {
      return published.withBlocks(0);
    }
  },
  /** Two residual blocks. */
  DEPTH_2 {
    @Override
    public BackboneConfig backbone(BackboneConfig published) {
      return published.withBlocks(2);
    }
  },
  /** Six residual blocks. */
  DEPTH_6 {
    @Override
    public BackboneConfig backbone(BackboneConfig published) {
      return published.withBlocks(6);
    }
  },
  /** Two blocks without skip connections. */
  DEPTH_2_NO_RESIDUALS {
    @Override
    public BackboneConfig backbone(BackboneConfig published) {
      return published.withBlocks(2).withoutResiduals();
    }
  },
  /** Four blocks without skip connections. */
  NO_RESIDUALS {
    @Override
    public BackboneConfig backbone(BackboneConfig published) {
      return published.withoutResiduals();
    }
  };

  /** How voxels are mixed. */
  private enum Mixing {
    PUBLISHED,
    NEVER,
    ALWAYS,
    SOFTCLIP
  }

  private final Objective objective;
  private final Mixing mixing;

  Ablation() {
    this(null, Mixing.PUBLISHED);
  }

  Ablation(Objective objective, Mixing mixing) {
    this.objective = objective;
    this.mixing = mixing;
  }

  /**
   * The recipe of this variant.
   *
   * @param published {@link TrainingConfig#paper()}, or the same at another size
   * @return a changed copy
   */
  public TrainingConfig recipe(TrainingConfig published) {
    TrainingConfig recipe = objective == null ? published : published.withObjective(objective);
    ContrastiveConfig contrastive = published.loss().contrastive();
    return switch (mixing) {
      case PUBLISHED -> recipe;
      // BiMixCo's loss throughout, with no sample mixed: the CLIP loss at its temperature.
      case NEVER ->
          recipe.withContrastive(contrastive.withMixCo(1, contrastive.mixCo().withThreshold(0)));
      case ALWAYS -> recipe.withContrastive(contrastive.withMixing(1, contrastive.targets()));
      case SOFTCLIP -> recipe.withContrastive(contrastive.withMixing(0, MixCoTargets.AS_PUBLISHED));
    };
  }

  /**
   * The backbone of this variant.
   *
   * @param published {@link BackboneConfig#paper(int)}, or the same at another size
   * @return a changed copy
   */
  public BackboneConfig backbone(BackboneConfig published) {
    return published;
  }
}
