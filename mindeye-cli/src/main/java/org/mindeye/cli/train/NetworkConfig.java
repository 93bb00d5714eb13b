// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.util.Objects;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneConfig.Projector;
import org.mindeye.core.backbone.BackboneConfig.Trunk;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.document.Migrated;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.FinalLayerPriorConfig;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.training.ModelConfig;

/**
 * What is free in the shape of the networks; voxels and CLIP space come with the data.
 *
 * @param finalLayer whether targets are CLIP's final embedding, one token, instead of all tokens of
 *     the last layer
 * @param trunk what turns voxels into tokens
 * @param projector what follows for the contrastive loss
 * @param prior whether there is a diffusion prior; without one the other fields about it say
 *     nothing
 * @param transformer the prior's layers
 * @param textSlots learned tokens of the final-layer prior; says nothing for the other
 * @param diffusion the process around the prior
 */
@Migrated(by = NetworkMigration.class)
record NetworkConfig(
    boolean finalLayer,
    Trunk trunk,
    Projector projector,
    boolean prior,
    TransformerConfig transformer,
    int textSlots,
    Diffusion diffusion) {

  /**
   * {@link DiffusionConfig} without the scale, which follows from the width.
   *
   * @param timesteps how many steps of noise
   * @param schedule how the noise rises
   * @param brainDropout how often training hides the brain
   * @param imageDropout how often training hides the noisy image
   */
  record Diffusion(int timesteps, BetaSchedule schedule, double brainDropout, double imageDropout) {
    /** Checks what {@link DiffusionConfig} checks. */
    Diffusion {
      new DiffusionConfig(timesteps, schedule, 1, brainDropout, imageDropout);
    }

    static Diffusion of(DiffusionConfig config) {
      return new Diffusion(
          config.timesteps(), config.schedule(), config.brainDropout(), config.imageDropout());
    }

    DiffusionConfig config(int width) {
      return new DiffusionConfig(timesteps, schedule, Math.sqrt(width), brainDropout, imageDropout);
    }
  }

  /** Checks that everything is there. */
  NetworkConfig {
    Objects.requireNonNull(trunk, "trunk");
    Objects.requireNonNull(projector, "projector");
    Objects.requireNonNull(transformer, "transformer");
    Objects.requireNonNull(diffusion, "diffusion");
    new FinalLayerPriorConfig(1, textSlots, diffusion.timesteps(), transformer);
  }

  /** The published models. */
  static NetworkConfig paper(boolean finalLayer, boolean prior) {
    FinalLayerPriorConfig last = FinalLayerPriorConfig.paper();
    return new NetworkConfig(
        finalLayer,
        Trunk.paper(),
        Projector.paper(),
        prior,
        finalLayer ? last.transformer() : TransformerConfig.paper(),
        last.textSlots(),
        Diffusion.of(finalLayer ? DiffusionConfig.finalLayer(1) : DiffusionConfig.paper(1)));
  }

  /** What trained networks leave free. */
  static NetworkConfig of(ModelConfig model) {
    boolean finalLayer = model.finalLayerPrior() != null;
    NetworkConfig paper = paper(finalLayer, model.process() != null);
    TransformerConfig transformer =
        finalLayer
            ? model.finalLayerPrior().transformer()
            : model.prior() != null ? model.prior().transformer() : paper.transformer;
    return new NetworkConfig(
        finalLayer,
        model.backbone().trunk(),
        model.backbone().projector(),
        paper.prior,
        transformer,
        finalLayer ? model.finalLayerPrior().textSlots() : paper.textSlots,
        model.process() == null ? paper.diffusion : Diffusion.of(model.process()));
  }

  /** The space of the targets that a CLIP image tower makes. */
  ClipSpace space(VisionTransformerConfig clip) {
    return finalLayer ? clip.finalSpace() : clip.hiddenSpace();
  }

  /** The networks for a brain and a space. */
  ModelConfig model(int voxels, ClipSpace space) {
    BackboneConfig shape = new BackboneConfig(voxels, space, trunk, projector);
    if (!prior) {
      return ModelConfig.of(shape);
    }
    DiffusionConfig process = diffusion.config(space.width());
    if (!finalLayer) {
      return ModelConfig.of(shape, new PriorConfig(space, transformer), process);
    }
    FinalLayerPriorConfig network =
        new FinalLayerPriorConfig(space.width(), textSlots, diffusion.timesteps(), transformer);
    return new ModelConfig(shape, null, network, process);
  }
}
