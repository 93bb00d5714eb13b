// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.tensor.ImageBatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Pictures to CLIP's tokens, as a training step makes its targets: shrinking them, the tower, its
 * projection.
 *
 * <p>A plain computation at the published size takes minutes, so every run compares the last of
 * {@code SMALL} pictures with one.
 */
public class ClipEncoding extends DeviceBenchmark {
  @Param({"SMALL", "PAPER"})
  ClipSize clip;

  @Param({"1", "32"})
  int batch;

  /** In which the weights are kept. */
  @Param({"FLOAT32", "BFLOAT16"})
  Precision precision;

  private ClipImageEncoder encoder;
  private ImageBatch pictures;

  /** Creates the benchmark; JMH fills in the parameters. */
  public ClipEncoding() {}

  /** Draws weights and pictures; compares the last of small pictures. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    checkSmall(manager);
    encoder = ClipImageEncoder.of(BestOf.network(clip, precision, manager));
    pictures = BestOf.painted(clip, batch, manager);
  }

  private void checkSmall(NDManager manager) {
    int size = ClipSize.SMALL.config().patches().imageSize();
    try (CallScope scope = CallScope.open(manager.getDevice());
        ClipVisionTransformer exact =
            BestOf.network(ClipSize.SMALL, Precision.FLOAT32, scope.manager());
        ClipImageEncoder small =
            ClipImageEncoder.of(BestOf.network(ClipSize.SMALL, precision, scope.manager()))) {
      ImageBatch few = BestOf.painted(ClipSize.SMALL, batch, scope.manager());
      double[] expected = new PlainClip(exact).tokens(PlainClip.pixels(BestOf.last(few), size));
      double norm = 0;
      for (int i = 0; i < small.space().width(); i++) {
        norm += expected[i] * expected[i];
      }
      float[] all = small.encodeTokens(few, scope.manager()).array().toFloatArray();
      float[] last = Arrays.copyOfRange(all, all.length - expected.length, all.length);
      double tolerance = precision == Precision.FLOAT32 ? 1e-4 : 0.05;
      for (int i = 0; i < expected.length; i++) {
        Check.near("token", last[i], expected[i] / Math.sqrt(norm), tolerance);
      }
    }
  }

  /**
   * One batch.
   *
   * @return the sum of the tokens
   */
  @Benchmark
  public float encode() {
    try (CallScope scope = CallScope.open(pictures.array().getDevice())) {
      return Readback.sum(encoder.encodeTokens(pictures, scope.manager()).array());
    }
  }

  /** Frees the weights. */
  @TearDown
  public void closeEncoder() {
    encoder.close();
  }
}
