// SPDX-License-Identifier: Apache-2.0
package org.mindeye.arguments;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.losses.BiMixCoLoss;
import org.mindeye.losses.MixCo;
import org.mindeye.losses.MixCoConfig;
import org.mindeye.losses.MixCoTargets;
import org.mindeye.losses.SoftClipLoss;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextConfig;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.lowlevel.LatentUpsampling;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelMemory;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.VaeLatentBranch;
import org.mindeye.prior.ConditioningMask;
import org.mindeye.prior.DdpmSampler;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.DiffusionDraw;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.FinalLayerPriorConfig;
import org.mindeye.prior.FinalLayerPriorNetwork;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.reconstruction.LatentDiffusion;
import org.mindeye.reconstruction.LatentScheduler;
import org.mindeye.reconstruction.PainterConfig;
import org.mindeye.reconstruction.PaintingMemory;
import org.mindeye.reconstruction.PublishedScheduler;
import org.mindeye.reconstruction.StartLatents;
import org.mindeye.reconstruction.StartPixels;
import org.mindeye.reconstruction.TokenScale;
import org.mindeye.reconstruction.VersatileDiffusionDecoder;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.UnetStages;

/**
 * The entry points of losses, prior, low-level and reconstruction, and sound arguments for them.
 */
final class ModelEntries {
  static final List<Class<?>> CLASSES =
      List.of(
          MixCo.class,
          BiMixCoLoss.class,
          SoftClipLoss.class,
          PriorNetwork.class,
          FinalLayerPriorNetwork.class,
          DiffusionPrior.class,
          DiffusionDraw.class,
          LowLevelNetwork.class,
          VaeLatentBranch.class,
          AutoencoderKl.class,
          ConvNextTeacher.class,
          LowLevelMemory.class,
          ConditionalUnet.class,
          ConditionalUnetConfig.class,
          LatentDiffusion.class,
          VersatileDiffusionDecoder.class,
          PainterConfig.class,
          PaintingMemory.class);

  private ModelEntries() {}

  static List<Object> samples(NDManager manager) {
    NDArray tokens = manager.zeros(new Shape(2, 1, 4));
    ClipSpace space = new ClipSpace(1, 4);
    PriorNetwork network =
        new PriorNetwork(
            PriorConfig.paper()
                .withSpace(space)
                .withTransformer(new TransformerConfig(1, 1, 4, 2, false, 0, 0)));
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    LowLevelNetwork lowLevel =
        new LowLevelNetwork(
            new LowLevelConfig(
                2,
                new LowLevelConfig.Mlp(2, 0, 0, 0),
                LatentUpsampling.X4,
                new LowLevelConfig.Latents(4, 4),
                false));
    lowLevel.initialize(Device.cpu(), NoiseSource.seeded(1));
    AutoencoderKl autoencoder =
        new AutoencoderKl(new AutoencoderConfig(new ConvolutionStages(List.of(2), 1, 1), 4, 0.5));
    autoencoder.initialize(Device.cpu(), NoiseSource.seeded(1));
    ConditionalUnet unet =
        new ConditionalUnet(
            new ConditionalUnetConfig(
                new UnetStages(List.of(4), List.of(false), 1, 1), 1, space, 4, 2));
    unet.initialize(Device.cpu(), NoiseSource.seeded(1));
    return List.of(
        network,
        lowLevel,
        lowLevel.config(),
        VaeLatentBranch.of(lowLevel),
        autoencoder,
        autoencoder.config(),
        ConvNextConfig.small(),
        unet,
        unet.config(),
        unet.config().stages(),
        LatentDiffusion.of(unet, LatentScheduler.paper(), PublishedScheduler.stableDiffusion()),
        VersatileDiffusionDecoder.of(unet, autoencoder, PainterConfig.paper()),
        PainterConfig.paper(),
        LatentScheduler.paper(),
        PublishedScheduler.stableDiffusion(),
        TokenScale.CLASS_TOKEN,
        StartPixels.UNIT,
        StartLatents.MODE,
        unet.prepare(tokens, manager),
        PriorConfig.paper(),
        DiffusionConfig.paper(4),
        DiffusionPrior.of(network, DiffusionConfig.paper(4)),
        FinalLayerPriorConfig.paper(),
        MixCoTargets.values()[0],
        MixCoConfig.paper(),
        new DdpmSampler(),
        ConditioningMask.showAll(2),
        BetaSchedule.COSINE);
  }
}
