// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import ai.djl.Device;
import java.io.IOException;
import java.util.List;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.nn.Network;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.MultistepSampler;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.reconstruction.PainterConfig;
import org.mindeye.reconstruction.PaintingMemory;
import org.mindeye.reconstruction.VersatileDiffusionDecoder;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.UnetStages;

/** One trial at a time, from voxels on the heap to a picture on the heap; all weights drawn. */
final class PaintingWork implements AutoCloseable {
  /** Of the prior; the painter takes as many as were published. */
  static final int PRIOR_STEPS = 20;

  private static final DecodeConfig DECODING = DecodeConfig.paper().withCandidates(1);
  private static final int FEW = 2;
  private static final long SEED = 1;

  private final MindEyePipeline pipeline;
  private final float[][] trials;

  private PaintingWork(MindEyePipeline pipeline, float[][] trials) {
    this.pipeline = pipeline;
    this.trials = trials;
  }

  /** The networks behind the backbone. */
  private record Shapes(
      PriorConfig prior, ConditionalUnetConfig unet, AutoencoderConfig autoencoder) {
    static Shapes of(Model model) {
      return model == Model.SMALL
          ? small(model.config().space())
          : new Shapes(
              PriorConfig.paper(),
              ConditionalUnetConfig.versatileDiffusion(),
              AutoencoderConfig.stableDiffusion());
    }

    private static Shapes small(ClipSpace space) {
      UnetStages stages = new UnetStages(List.of(8, 16), List.of(true, false), 1, 4);
      return new Shapes(
          PriorConfig.paper()
              .withSpace(space)
              .withTransformer(TransformerConfig.paper().withSize(2, 4, 64)),
          new ConditionalUnetConfig(stages, 2, space, 4, 8),
          new AutoencoderConfig(
              new ConvolutionStages(List.of(16, 32), 1, 8),
              4,
              AutoencoderConfig.STABLE_DIFFUSION_SCALE));
    }
  }

  /** What painting needs besides the backbone. */
  static MemoryEstimate memory(Model model, Precision precision) {
    Shapes shapes = Shapes.of(model);
    PriorNetwork prior = new PriorNetwork(shapes.prior);
    prior.storeIn(precision);
    return PaintingMemory.painting(shapes.unet, shapes.autoencoder, precision, 1)
        .plus(MemoryEstimate.inference(prior, 0));
  }

  static PaintingWork open(Task task, Device device) throws IOException {
    Shapes shapes = Shapes.of(task.model());
    BackboneEncoder encoder = BenchWeights.encoder(task, device);
    float[][] trials = RetrievalWork.trials(encoder.voxels());
    return new PaintingWork(
        MindEyePipeline.builder(device)
            .encoder(() -> encoder)
            .prior(() -> prior(shapes.prior, task.precision(), device))
            .decoder(() -> decoder(shapes, task.precision(), device))
            .build(),
        trials);
  }

  private static DiffusionPrior prior(PriorConfig config, Precision precision, Device device) {
    PriorNetwork network = drawn(new PriorNetwork(config), precision, device);
    return DiffusionPrior.of(network, DiffusionConfig.paper(config.space().width()))
        .withSampler(new MultistepSampler(PRIOR_STEPS));
  }

  private static VersatileDiffusionDecoder decoder(
      Shapes shapes, Precision precision, Device device) {
    ConditionalUnet unet = drawn(new ConditionalUnet(shapes.unet), precision, device);
    AutoencoderKl autoencoder = drawn(new AutoencoderKl(shapes.autoencoder), precision, device);
    return VersatileDiffusionDecoder.of(unet, autoencoder, PainterConfig.paper());
  }

  private static <N extends Network> N drawn(N network, Precision precision, Device device) {
    network.storeIn(precision);
    network.initialize(device, NoiseSource.seeded(SEED));
    return network;
  }

  /** A picture in few steps; the prior takes all of its own. */
  void warmUp() {
    pipeline.reconstruct(trials[0], DECODING.withSteps(FEW));
  }

  float run(int repetition) {
    float[] voxels = trials[repetition % trials.length];
    return pipeline.reconstruct(voxels, DECODING).image().getRGB(0, 0);
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
