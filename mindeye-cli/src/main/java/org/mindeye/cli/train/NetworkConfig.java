// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.util.Objects;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneNorm;
import org.mindeye.core.clip.VisionTransformerConfig;
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
 * @param backbone the backbone
 * @param prior whether there is a diffusion prior; without one the other fields about it say
 *     nothing
 * @param transformer the prior's layers
 * @param textSlots learned tokens of the final-layer prior; says nothing for the other
 * @param diffusion the process around the prior
 */
record NetworkConfig(
    boolean finalLayer,
    Backbone backbone,
    boolean prior,
    TransformerConfig transformer,
    int textSlots,
    Diffusion diffusion) {

  /**
   * {@link BackboneConfig} without what the data decide.
   *
   * @param hidden width of the residual stream
   * @param blocks residual blocks
   * @param residuals whether the blocks have skip connections
   * @param norm normalisation and activation
   * @param activationFirst order linear, activation, norm
   * @param projector whether a projector follows
   * @param projectorWidth its hidden width
   * @param inputDropout after the input layer
   * @param blockDropout inside the blocks
   */
  record Backbone(
      int hidden,
      int blocks,
      boolean residuals,
      BackboneNorm norm,
      boolean activationFirst,
      boolean projector,
      int projectorWidth,
      double inputDropout,
      double blockDropout) {
    /** Checks what {@link BackboneConfig} checks. */
    Backbone {
      new BackboneConfig(
          1,
          hidden,
          blocks,
          residuals,
          ClipSpace.VIT_L_14_FINAL,
          norm,
          activationFirst,
          projector,
          projectorWidth,
          inputDropout,
          blockDropout);
    }

    static Backbone paper() {
      return of(BackboneConfig.paper(1));
    }

    static Backbone of(BackboneConfig config) {
      return new Backbone(
          config.hidden(),
          config.blocks(),
          config.residuals(),
          config.norm(),
          config.activationFirst(),
          config.projector(),
          config.projectorWidth(),
          config.inputDropout(),
          config.blockDropout());
    }

    BackboneConfig config(int voxels, ClipSpace space) {
      return new BackboneConfig(
          voxels,
          hidden,
          blocks,
          residuals,
          space,
          norm,
          activationFirst,
          projector,
          projectorWidth,
          inputDropout,
          blockDropout);
    }
  }

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
    Objects.requireNonNull(backbone, "backbone");
    Objects.requireNonNull(transformer, "transformer");
    Objects.requireNonNull(diffusion, "diffusion");
    new FinalLayerPriorConfig(1, textSlots, diffusion.timesteps(), transformer);
  }

  /** The published models. */
  static NetworkConfig paper(boolean finalLayer, boolean prior) {
    FinalLayerPriorConfig last = FinalLayerPriorConfig.paper();
    return new NetworkConfig(
        finalLayer,
        Backbone.paper(),
        prior,
        finalLayer ? last.transformer() : TransformerConfig.paper(),
        last.textSlots(),
        Diffusion.of(finalLayer ? DiffusionConfig.finalLayer(1) : DiffusionConfig.paper(1)));
  }

  /** What trained networks leave free. */
  static NetworkConfig of(ModelConfig model) {
    BackboneConfig backbone = model.backbone();
    boolean finalLayer = model.finalLayerPrior() != null;
    NetworkConfig paper = paper(finalLayer, model.process() != null);
    TransformerConfig transformer =
        finalLayer
            ? model.finalLayerPrior().transformer()
            : model.prior() != null ? model.prior().transformer() : paper.transformer;
    return new NetworkConfig(
        finalLayer,
        Backbone.of(backbone),
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
    BackboneConfig shape = backbone.config(voxels, space);
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
