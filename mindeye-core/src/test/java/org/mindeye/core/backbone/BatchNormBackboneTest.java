// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.testkit.TensorAssert;

/** The BatchNorm/ReLU variant against the formulas of the specification in plain Java. */
class BatchNormBackboneTest {
  private static final int BATCH = 5;
  private static final int VOXELS = 3;
  private static final int HIDDEN = 2;

  private static ResidualMlpBackbone backbone(boolean activationFirst) {
    ResidualMlpBackbone backbone =
        new ResidualMlpBackbone(
            BackboneConfig.paper(VOXELS)
                .withHidden(HIDDEN)
                .withBlocks(0)
                .withSpace(new ClipSpace(1, HIDDEN))
                .withNorm(BackboneNorm.BATCH_NORM_RELU, activationFirst)
                .withDropout(0, 0)
                .withoutProjector());
    backbone.initialize(Device.cpu(), NoiseSource.seeded(3));
    // The token layer copies the hidden state, so that the output shows it.
    backbone.getParameters().get("lin1.bias").getArray().muli(0);
    NDArray weight = backbone.getParameters().get("lin1.weight").getArray();
    try (NDArray eye = weight.getManager().eye(HIDDEN)) {
      weight.muli(0).addi(eye);
    }
    return backbone;
  }

  private static double[][] linear(ResidualMlpBackbone backbone, float[] x) {
    float[] w = backbone.getParameters().get("lin0.0.weight").getArray().toFloatArray();
    float[] b = backbone.getParameters().get("lin0.0.bias").getArray().toFloatArray();
    double[][] y = new double[HIDDEN][BATCH];
    for (int h = 0; h < HIDDEN; h++) {
      for (int n = 0; n < BATCH; n++) {
        y[h][n] = b[h];
        for (int v = 0; v < VOXELS; v++) {
          y[h][n] += w[h * VOXELS + v] * x[n * VOXELS + v];
        }
      }
    }
    return y;
  }

  private static double mean(double[] values) {
    return java.util.Arrays.stream(values).average().orElseThrow();
  }

  private static double biasedVariance(double[] values) {
    double mean = mean(values);
    return java.util.Arrays.stream(values)
        .map(v -> (v - mean) * (v - mean))
        .average()
        .orElseThrow();
  }

  @Test
  void should_normalise_with_batch_statistics_and_move_the_running_ones() {
    try (ResidualMlpBackbone backbone = backbone(false);
        CallScope scope = CallScope.open(Device.cpu())) {
      float[] x = new float[BATCH * VOXELS];
      NoiseSource.seeded(4).normal(x);
      NDArray input = Torch.copy(scope.manager(), x, new Shape(BATCH, VOXELS));
      NDArray output =
          backbone
              .forward(VoxelBatch.of(input), Mode.train(NoiseSource.seeded(5)))
              .tokens()
              .array();
      double[][] y = linear(backbone, x);
      double[] expected = new double[BATCH * HIDDEN];
      double[] means = new double[HIDDEN];
      double[] variances = new double[HIDDEN];
      for (int h = 0; h < HIDDEN; h++) {
        double variance = biasedVariance(y[h]);
        for (int n = 0; n < BATCH; n++) {
          double normalised = (y[h][n] - mean(y[h])) / Math.sqrt(variance + 1e-5);
          expected[n * HIDDEN + h] = Math.max(normalised, 0);
        }
        means[h] = 0.1 * mean(y[h]);
        variances[h] = 0.9 + 0.1 * variance * BATCH / (BATCH - 1);
      }
      TensorAssert.assertThat(output).isWithinRelativeL2(expected, 1e-5);
      TensorAssert.assertThat(buffer(backbone, "running_mean")).isWithinRelativeL2(means, 1e-5);
      TensorAssert.assertThat(buffer(backbone, "running_var")).isWithinRelativeL2(variances, 1e-5);
      assertThat(buffer(backbone, "num_batches_tracked").getLong()).isEqualTo(1);
    }
  }

  private static NDArray buffer(ResidualMlpBackbone backbone, String name) {
    return backbone.getParameters().get("lin0.1." + name).getArray();
  }

  @Test
  void should_evaluate_with_running_statistics_behind_the_activation() {
    try (ResidualMlpBackbone backbone = backbone(true);
        CallScope scope = CallScope.open(Device.cpu())) {
      float[] x = new float[BATCH * VOXELS];
      NoiseSource.seeded(6).normal(x);
      NDArray input = Torch.copy(scope.manager(), x, new Shape(BATCH, VOXELS));
      double[][] y = linear(backbone, x);
      double[] expected = new double[BATCH * HIDDEN];
      for (int h = 0; h < HIDDEN; h++) {
        for (int n = 0; n < BATCH; n++) {
          expected[n * HIDDEN + h] = Math.max(y[h][n], 0) / Math.sqrt(1 + 1e-5);
        }
      }
      TensorAssert.assertThat(backbone.forward(VoxelBatch.of(input), Mode.eval()).tokens().array())
          .isWithinRelativeL2(expected, 1e-5);
    }
  }

  @Test
  void should_not_train_or_count_the_buffers() {
    try (ResidualMlpBackbone backbone = backbone(false)) {
      assertThat(backbone.trainable())
          .extracting(ai.djl.nn.Parameter::getName)
          .containsExactly(
              "lin0.0.weight",
              "lin0.0.bias",
              "lin0.1.weight",
              "lin0.1.bias",
              "lin1.weight",
              "lin1.bias");
      assertThat(backbone.parameterCount())
          .isEqualTo(VOXELS * HIDDEN + HIDDEN + 2 * HIDDEN + HIDDEN * HIDDEN + HIDDEN);
    }
  }
}
