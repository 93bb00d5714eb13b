// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Voxels to latents, without the head that only training needs.
 *
 * <p>A plain computation at the published size takes minutes, so every run compares the {@code
 * SMALL} network with one, and the network that is measured with itself: the last sample of a batch
 * must be what it is alone.
 */
public class LowLevelForward extends DeviceBenchmark {
  @Param({"SMALL", "PAPER"})
  LowLevelSize network;

  @Param({"1", "32"})
  int batch;

  /** In which the weights are kept. */
  @Param({"FLOAT32", "BFLOAT16"})
  Precision precision;

  private LowLevelNetwork measured;
  private VoxelBatch voxels;

  /** Creates the benchmark; JMH fills in the parameters. */
  public LowLevelForward() {}

  /** Draws weights and voxels; compares the last sample, small and measured. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    checkSmall(manager.getDevice());
    measured = new LowLevelNetwork(network.config().withoutMapsProjector());
    measured.storeIn(precision);
    measured.initialize(manager.getDevice(), NoiseSource.seeded(SEED, 1));
    voxels = draw(network, batch, manager);
    try (CallScope scope = CallScope.open(manager.getDevice())) {
      VoxelBatch last = VoxelBatch.of(voxels.array().get((batch - 1) + ":"));
      float[] alone = latents(measured, last);
      float[] all = latents(measured, voxels);
      for (int i = 0; i < alone.length; i++) {
        float same = all[all.length - alone.length + i];
        Check.near("latents", same, alone[i], PlainMaps.tolerance(precision));
      }
    }
  }

  static VoxelBatch draw(LowLevelSize size, int batch, NDManager owner) {
    Shape shape = new Shape(batch, size.config().voxels());
    return VoxelBatch.of(NoiseSource.seeded(SEED, 2).normal(owner, shape));
  }

  private static float[] latents(LowLevelNetwork network, VoxelBatch voxels) {
    return network.forward(voxels, Mode.eval()).latents().array().toFloatArray();
  }

  private void checkSmall(Device cpuOrGpu) {
    try (CallScope scope = CallScope.open(cpuOrGpu);
        LowLevelNetwork exact = new LowLevelNetwork(LowLevelSize.SMALL.config());
        LowLevelNetwork small = new LowLevelNetwork(LowLevelSize.SMALL.config())) {
      exact.initialize(cpuOrGpu, NoiseSource.seeded(SEED, 1));
      small.storeIn(precision);
      small.initialize(cpuOrGpu, NoiseSource.seeded(SEED, 1));
      VoxelBatch all = draw(LowLevelSize.SMALL, batch, scope.manager());
      float[] last = all.array().get(batch - 1).toFloatArray();
      float[] found =
          small.forward(all, Mode.eval()).latents().array().get(batch - 1).toFloatArray();
      PlainMaps.check("latents", precision, found, new PlainLowLevel(exact).latents(last));
    }
  }

  /**
   * One batch.
   *
   * @return the sum of the latents
   */
  @Benchmark
  public float forward() {
    try (CallScope scope = CallScope.open(measured.device())) {
      return Readback.sum(measured.forward(voxels, Mode.eval()).latents().array());
    }
  }

  /** Frees the weights. */
  @TearDown
  public void closeNetwork() {
    measured.close();
  }
}
