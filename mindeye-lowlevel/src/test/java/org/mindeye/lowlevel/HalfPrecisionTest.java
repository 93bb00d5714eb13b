// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Network;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.lowlevel.LowLevelConfig.Latents;
import org.mindeye.lowlevel.LowLevelConfig.Mlp;

/** The networks that compute in bfloat16 beside the same in float32. */
class HalfPrecisionTest {
  private static final LowLevelConfig LOW_LEVEL =
      new LowLevelConfig(
          40, new Mlp(64, 2, 0.5, 0.25), LatentUpsampling.X4, new Latents(4, 16), true);
  private static final AutoencoderConfig AUTOENCODER =
      new AutoencoderConfig(
          new ConvolutionStages(List.of(32, 64), 1, 32),
          4,
          AutoencoderConfig.STABLE_DIFFUSION_SCALE);

  @TempDir private Path folder;

  private static <N extends Network> N drawn(N network) {
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    return network;
  }

  private static NDArray lowLevelLoss(LowLevelNetwork network, StepScope step) {
    NDArray voxels = NoiseSource.seeded(2).normal(step.manager(), new Shape(6, 40));
    LowLevelPrediction found =
        network.forward(VoxelBatch.of(voxels), Mode.train(NoiseSource.seeded(3)));
    assertThat(found.latents().array().getDataType()).isEqualTo(DataType.FLOAT32);
    NDArray features = found.features().orElseThrow();
    assertThat(features.getDataType()).isEqualTo(DataType.FLOAT32);
    NDArray latents = found.latents().array();
    NDArray wanted = NoiseSource.seeded(4).normal(step.manager(), latents.getShape());
    return latents.sub(wanted).square().mean().add(features.square().mean());
  }

  private static NDArray autoencoderLoss(AutoencoderKl network, StepScope step) {
    NDArray pixels = NoiseSource.seeded(2).normal(step.manager(), new Shape(2, 3, 16, 16));
    LatentMoments moments = network.encode(VaePixels.of(pixels));
    assertThat(moments.array().getDataType()).isEqualTo(DataType.FLOAT32);
    NDArray painted = network.decode(moments.sample(NoiseSource.seeded(3))).array();
    return painted.sub(pixels).square().mean().add(moments.divergence());
  }

  /** The distance of all gradients together from float32's, in parts of their length. */
  private static <N extends Network> double distance(
      N network, BiFunction<N, StepScope, NDArray> loss) {
    List<Parameter> parameters = network.trainable();
    parameters.forEach(each -> each.getArray().setRequiresGradient(true));
    try (network;
        StepScope step = StepScope.open(Device.cpu())) {
      ParameterGradients exact = step.gradients(loss.apply(network, step), parameters);
      network.computeIn(Precision.BFLOAT16);
      ParameterGradients half = step.gradients(loss.apply(network, step), parameters);
      double error = 0;
      double length = 0;
      for (Parameter each : parameters) {
        NDArray found = half.of(each).orElseThrow();
        NDArray wanted = exact.of(each).orElseThrow();
        assertThat(found.getDataType()).as(each.getName()).isEqualTo(DataType.FLOAT32);
        error += found.sub(wanted).square().sum().getFloat();
        length += wanted.square().sum().getFloat();
      }
      return Math.sqrt(error / length);
    }
  }

  @Test
  void should_train_the_low_level_network_with_nearly_the_same_gradients() {
    assertThat(distance(drawn(new LowLevelNetwork(LOW_LEVEL)), HalfPrecisionTest::lowLevelLoss))
        .isBetween(1e-4, 0.035);
  }

  @Test
  void should_train_the_autoencoder_with_nearly_the_same_gradients() {
    assertThat(distance(drawn(new AutoencoderKl(AUTOENCODER)), HalfPrecisionTest::autoencoderLoss))
        .isBetween(1e-4, 0.035);
  }

  @Test
  void should_load_weights_in_the_format_that_is_asked_for() throws Exception {
    Path lowLevel = folder.resolve("low.safetensors");
    Path autoencoder = folder.resolve("vae.safetensors");
    try (LowLevelNetwork first = drawn(new LowLevelNetwork(LOW_LEVEL));
        AutoencoderKl second = drawn(new AutoencoderKl(AUTOENCODER))) {
      WeightFiles.write(lowLevel, first, Map.of());
      WeightFiles.write(autoencoder, second, AUTOENCODER.metadata());
    }
    try (VaeLatentBranch branch = VaeLatentBranch.load(lowLevel, Precision.BFLOAT16, Device.cpu());
        AutoencoderKl network = AutoencoderKl.load(autoencoder, Precision.BFLOAT16, Device.cpu());
        AutoencoderKl plain = AutoencoderKl.load(autoencoder, Device.cpu())) {
      assertThat(branch.precision()).isEqualTo(Precision.BFLOAT16);
      assertThat(network.precision()).isEqualTo(Precision.BFLOAT16);
      assertThat(plain.precision()).isEqualTo(Precision.FLOAT32);
    }
    assertThatThrownBy(() -> AutoencoderKl.load(autoencoder, Precision.INT8_WEIGHTS, Device.cpu()))
        .hasMessage(
            "AutoencoderKl: expected a precision of [FLOAT32, BFLOAT16] but was INT8_WEIGHTS");
    assertThatThrownBy(() -> VaeLatentBranch.load(lowLevel, Precision.INT8_WEIGHTS, Device.cpu()))
        .hasMessageStartingWith("LowLevelNetwork: expected a precision of [FLOAT32, BFLOAT16]");
  }

  @Test
  void should_show_features_in_float32() {
    ConvNextTeacher teacher =
        new ConvNextTeacher(new ConvNextConfig(List.of(1, 1), List.of(16, 32), 24));
    teacher.storeIn(Precision.BFLOAT16);
    try (teacher;
        StepScope step = StepScope.open(Device.cpu())) {
      drawn(teacher);
      NDArray images = step.manager().ones(new Shape(1, 3, 16, 16));
      assertThat(teacher.features(ImageBatch.of(images)).getDataType()).isEqualTo(DataType.FLOAT32);
    }
  }
}
