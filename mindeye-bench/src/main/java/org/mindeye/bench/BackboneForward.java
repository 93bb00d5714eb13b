// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.VoxelBatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Voxels to projected CLIP tokens, as a pipeline does for each request. A batch of one reads every
 * weight for little arithmetic; a batch of 32 shares the reading.
 */
public class BackboneForward extends DeviceBenchmark {
  @Param({"SMALL", "PAPER_FINAL", "PAPER_HIDDEN"})
  BackboneSize size;

  @Param({"1", "32"})
  int batch;

  /** In which the weights are kept. */
  @Param({"FLOAT32", "BFLOAT16", "INT8_WEIGHTS"})
  Precision precision;

  private ResidualMlpBackbone backbone;
  private VoxelBatch voxels;

  /** Creates the benchmark; JMH fills in the parameters. */
  public BackboneForward() {}

  /** Draws weights and voxels; compares the last sample's last token. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    BackboneConfig config = size.config();
    backbone = new ResidualMlpBackbone(config);
    backbone.storeIn(precision);
    backbone.initialize(manager.getDevice(), NoiseSource.seeded(SEED, 1));
    Shape shape = new Shape(batch, config.voxels());
    voxels = VoxelBatch.of(NoiseSource.seeded(SEED, 2).normal(manager, shape));
    check(config);
  }

  private void check(BackboneConfig config) {
    try (CallScope scope = CallScope.open(voxels.array().getDevice())) {
      float[] last = voxels.array().get(batch - 1).toFloatArray();
      double[] expected =
          new PlainBackbone(backbone).projectedToken(last, config.space().tokens() - 1);
      float[] all =
          backbone.forward(voxels, Mode.eval()).projected().array().get(batch - 1).toFloatArray();
      float[] actual = Arrays.copyOfRange(all, all.length - expected.length, all.length);
      // The plain computation multiplies by the same weights, rounded already.
      double tolerance = precision == Precision.FLOAT32 ? 1e-4 : 0.02;
      for (int i = 0; i < expected.length; i++) {
        Check.near("projected token", actual[i], expected[i], tolerance);
      }
    }
  }

  /**
   * One batch.
   *
   * @return the sum of the projected tokens
   */
  @Benchmark
  public float forward() {
    try (CallScope scope = CallScope.open(voxels.array().getDevice())) {
      return Readback.sum(backbone.forward(voxels, Mode.eval()).projected().array());
    }
  }

  /** Frees the weights. */
  @TearDown
  public void closeBackbone() {
    backbone.close();
  }
}
