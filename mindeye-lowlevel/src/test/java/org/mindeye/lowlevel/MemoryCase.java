// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.testkit.PeakMemory;

/** Published networks at work, what that should need, and a program for each. */
enum MemoryCase {
  DECODE_512 {
    @Override
    void run(Precision precision, NDManager owner) {
      AutoencoderKl network =
          filled(precision, new AutoencoderKl(AutoencoderConfig.stableDiffusion()));
      network.decode(VaeLatents.of(normal(owner, 1, 4, 64, 64)), owner);
    }

    @Override
    MemoryEstimate estimate(Precision precision) {
      return LowLevelMemory.decoding(AutoencoderConfig.stableDiffusion(), precision, 1, PIXELS);
    }
  },
  ENCODE_512 {
    @Override
    void run(Precision precision, NDManager owner) {
      AutoencoderKl network =
          filled(precision, new AutoencoderKl(AutoencoderConfig.stableDiffusion()));
      network.encodeMode(VaePixels.of(normal(owner, 1, 3, 512, 512)), owner);
    }

    @Override
    MemoryEstimate estimate(Precision precision) {
      return LowLevelMemory.encoding(AutoencoderConfig.stableDiffusion(), precision, 1, PIXELS);
    }
  },
  LOW_LEVEL_32 {
    @Override
    void run(Precision precision, NDManager owner) {
      LowLevelNetwork network =
          filled(precision, new LowLevelNetwork(LowLevelConfig.paper(VOXELS)));
      VoxelBatch voxels = VoxelBatch.of(normal(owner, PATTERNS, VOXELS));
      try (CallScope scope = CallScope.open(Device.cpu())) {
        network.forward(voxels, Mode.eval());
      }
    }

    @Override
    MemoryEstimate estimate(Precision precision) {
      return LowLevelMemory.inference(LowLevelConfig.paper(VOXELS), precision, PATTERNS);
    }
  },
  TEACHER_512 {
    @Override
    void run(Precision precision, NDManager owner) {
      ConvNextTeacher network = filled(precision, new ConvNextTeacher(ConvNextConfig.extraLarge()));
      ImageBatch images = ImageBatch.of(owner.ones(new Shape(TEACHER_BATCH, 3, 512, 512)));
      try (CallScope scope = CallScope.open(Device.cpu())) {
        network.features(images);
      }
    }

    @Override
    MemoryEstimate estimate(Precision precision) {
      return LowLevelMemory.features(ConvNextConfig.extraLarge(), precision, TEACHER_BATCH, PIXELS);
    }
  };

  private static final int VOXELS = 15_724;
  private static final int PATTERNS = 32;
  private static final int TEACHER_BATCH = 8;
  private static final long PIXELS = 512 * 512;

  abstract void run(Precision precision, NDManager owner);

  abstract MemoryEstimate estimate(Precision precision);

  /** Allocated and written, so that every page is there. */
  private static <N extends Network> N filled(Precision precision, N network) {
    network.storeIn(precision);
    network.allocate(Device.cpu());
    network.arrays().values().forEach(array -> array.addi(0));
    return network;
  }

  private static NDArray normal(NDManager owner, long... shape) {
    return NoiseSource.seeded(1).normal(owner, new Shape(shape));
  }

  public static void main(String[] arguments) throws IOException {
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      valueOf(arguments[0]).run(Precision.valueOf(arguments[1]), owner);
    }
    System.out.println(PeakMemory.ofThisProcess());
  }
}
