// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneMemory;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Network;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepRates;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.data.RawImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.TrialImage;
import org.mindeye.losses.SoftClipLoss;
import org.mindeye.losses.SoftContrastiveLoss;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelMemory;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.LowLevelPrediction;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.ConditionalUnetMemory;
import org.mindeye.reconstruction.unet.UnetStages;
import org.mindeye.testkit.PeakMemory;
import org.mindeye.training.LossProbe;

/** Training steps, what they should need, and a program for each. */
enum StepMemoryCase {
  /** The final-layer backbone in bfloat16: copies of weights, and their gradients, besides. */
  BACKBONE_BFLOAT16_32(32, Precision.BFLOAT16) {
    @Override
    Network network() {
      return new ResidualMlpBackbone(FINAL);
    }

    @Override
    NDArray loss(Network network, NDManager manager, long step) {
      VoxelBatch voxels = VoxelBatch.of(normal(manager, batch, FINAL.voxels()));
      ClipVectors predicted =
          ((ResidualMlpBackbone) network)
              .forward(voxels, Mode.train(NoiseSource.seeded(2, step)))
              .projected()
              .toUnitVectors();
      ClipVectors seen = ClipVectors.normalized(normal(manager, batch, FINAL.space().size()));
      return new SoftClipLoss(0.006).evaluate(predicted, seen);
    }

    @Override
    MemoryEstimate estimate() {
      return BackboneMemory.training(FINAL, precision, batch);
    }
  },

  /** Subject 1's published network; latents and the teacher's features are given. */
  LOW_LEVEL_4(4, Precision.FLOAT32) {
    @Override
    Network network() {
      return new LowLevelNetwork(PUBLISHED);
    }

    @Override
    NDArray loss(Network network, NDManager manager, long step) {
      VoxelBatch voxels = VoxelBatch.of(normal(manager, batch, PUBLISHED.voxels()));
      LowLevelPrediction predicted =
          ((LowLevelNetwork) network).forward(voxels, Mode.train(NoiseSource.seeded(2, step)));
      NDArray error = predicted.latents().array().sub(normal(manager, batch, 4, 64, 64));
      NDArray contrast =
          SoftContrastiveLoss.paper()
              .evaluate(
                  rows(predicted.features().orElseThrow()),
                  rows(normal(manager, batch, POSITIONS, LowLevelConfig.PROJECTED_WIDTH)),
                  rows(normal(manager, batch, POSITIONS, LowLevelConfig.PROJECTED_WIDTH)));
      return error.abs().mean().add(contrast);
    }

    @Override
    MemoryEstimate estimate() {
      return LowLevelMemory.training(PUBLISHED, batch)
          .plus(LowLevelMemory.comparing(batch * POSITIONS, LowLevelConfig.PROJECTED_WIDTH));
    }
  },

  /** The small world's painter, on so many latents that the process itself hardly counts. */
  PAINTER_256(256, Precision.FLOAT32) {
    @Override
    Network network() {
      return new ConditionalUnet(PAINTER);
    }

    @Override
    NDArray loss(Network network, NDManager manager, long step) {
      NDArray noisy = normal(manager, batch, 4, 16, 16);
      NDArray tokens = normal(manager, batch, 65, 128);
      return ((ConditionalUnet) network)
          .forward(noisy, tokens, new int[batch])
          .sub(noisy)
          .square()
          .mean();
    }

    @Override
    MemoryEstimate estimate() {
      return ConditionalUnetMemory.training(PAINTER, precision, batch);
    }
  },

  /** The small world's autoencoder, on so many pictures that the process itself hardly counts. */
  AUTOENCODER_128(128, Precision.FLOAT32);

  private static final BackboneConfig FINAL =
      BackboneConfig.paper(15_724).withSpace(ClipSpace.VIT_L_14_FINAL);
  private static final LowLevelConfig PUBLISHED = LowLevelConfig.paper(15_724);
  private static final long POSITIONS = 256;
  private static final AutoencoderConfig SMALL =
      new AutoencoderConfig(new ConvolutionStages(List.of(16, 32, 48), 1, 8), 4, 1);
  private static final ConditionalUnetConfig PAINTER =
      new ConditionalUnetConfig(
          new UnetStages(List.of(48, 64, 96), List.of(false, true, true), 1, 8),
          4,
          new ClipSpace(65, 128),
          4,
          16);
  private static final int SIDE = 64;

  /** The second step is the first with moments; the third shows that nothing grows. */
  private static final int STEPS = 3;

  final int batch;
  final Precision precision;

  StepMemoryCase(int batch, Precision precision) {
    this.batch = batch;
    this.precision = precision;
  }

  Network network() {
    return new AutoencoderKl(SMALL);
  }

  NDArray loss(Network network, NDManager manager, long step) {
    List<TrialImage> pictures =
        IntStream.range(0, batch)
            .<TrialImage>mapToObj(
                i ->
                    RawImage.of(
                        SampleOrigin.memory("picture " + i), SIDE, SIDE, new byte[3 * SIDE * SIDE]))
            .toList();
    AutoencoderLoss loss =
        new AutoencoderLoss(AutoencoderTrainingConfig.standard(1).loss(), (AutoencoderKl) network);
    return LossProbe.total(loss, pictures, LossProbe.context(manager, 0, step, 1));
  }

  MemoryEstimate estimate() {
    return LowLevelMemory.training(SMALL, batch, (long) SIDE * SIDE);
  }

  private static ClipVectors rows(NDArray features) {
    return ClipVectors.normalized(features.reshape(-1, LowLevelConfig.PROJECTED_WIDTH));
  }

  private static NDArray normal(NDManager owner, long... shape) {
    return NoiseSource.seeded(1).normal(owner, new Shape(shape));
  }

  public static void main(String[] arguments) throws IOException {
    StepMemoryCase one = valueOf(arguments[0]);
    Torch.engine();
    try (Network network = one.network()) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      network.computeIn(one.precision);
      try (FusedAdamW optimizer = FusedAdamW.over(ParameterGroups.asPublished(network, 1e-2))) {
        for (long k = 0; k < STEPS; k++) {
          try (StepScope step = StepScope.open(Device.cpu())) {
            NDArray loss = one.loss(network, step.manager(), k);
            optimizer.step(step.gradients(loss, optimizer.parameters()), new StepRates(1e-4, 0.9));
          }
        }
      }
    }
    System.out.println(PeakMemory.ofThisProcess());
  }
}
