// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.lowlevel.LowLevelConfig.Latents;
import org.mindeye.lowlevel.LowLevelConfig.Mlp;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

/** What a call leaves behind: its result, with the manager that the result is to have. */
class LeakTest {
  private static final int CALLS = 20;

  @FreshManager private NDManager manager;

  private static <N extends Network> N drawn(N network) {
    return drawn(network, Precision.FLOAT32);
  }

  private static <N extends Network> N drawn(N network, Precision precision) {
    network.storeIn(precision);
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    return network;
  }

  private NDArray normal(long... shape) {
    return NoiseSource.seeded(2).normal(manager, new Shape(shape));
  }

  private static AutoencoderKl autoencoder() {
    return autoencoder(Precision.FLOAT32);
  }

  private static AutoencoderKl autoencoder(Precision precision) {
    return drawn(
        new AutoencoderKl(
            new AutoencoderConfig(
                new ConvolutionStages(List.of(32, 64), 1, 32),
                4,
                AutoencoderConfig.STABLE_DIFFUSION_SCALE)),
        precision);
  }

  /** In a scope that closes what the caller's graph would hold. */
  private void requireNothingLeft(Function<NDManager, NDArray> call) {
    NDArray once = call.apply(manager);
    assertThat(once.getManager()).isSameAs(manager);
    once.close();
    LeakCheck.assertNoLeak(
        CALLS,
        () -> {
          try (CallScope scope = CallScope.open(Device.cpu())) {
            call.apply(manager);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FLOAT32", "BFLOAT16"})
  void should_be_nothing_of_the_autoencoder(Precision precision) {
    VaePixels pixels = VaePixels.of(normal(1, 3, 8, 8));
    VaeLatents latents = VaeLatents.of(normal(1, 4, 4, 4));
    try (AutoencoderKl network = autoencoder(precision);
        GradMode off = GradMode.off()) {
      requireNothingLeft(owner -> network.encode(pixels).array());
      requireNothingLeft(owner -> network.encode(pixels).logVariance());
      requireNothingLeft(owner -> network.encode(pixels).sample(NoiseSource.seeded(3)).array());
      requireNothingLeft(owner -> network.encode(pixels).divergence());
      requireNothingLeft(owner -> network.decode(latents).array());
      requireNothingLeft(owner -> network.scaled(latents.array()).array());
      LeakCheck.assertNoLeak(CALLS, () -> network.decode(latents, manager).array().close());
      LeakCheck.assertNoLeak(CALLS, () -> network.encodeMode(pixels, manager).array().close());
    }
  }

  /** Layers close their own: without a scope around, the result is all that is left. */
  @Test
  void should_be_the_result_alone_of_a_stack_of_layers() {
    VaeLatents latents = VaeLatents.of(normal(1, 4, 4, 4));
    try (AutoencoderKl network = autoencoder();
        GradMode off = GradMode.off()) {
      network.decode(latents).array().close();
      int before = LeakCheck.census().arrays();
      network.decode(latents).array().close();
      // The unscaled latents, the constant they are divided by, and the first convolution's result.
      assertThat(LeakCheck.census().arrays() - before).isLessThanOrEqualTo(3);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FLOAT32", "BFLOAT16"})
  void should_be_nothing_of_the_low_level_network(Precision precision) {
    LowLevelConfig config =
        new LowLevelConfig(
            5, new Mlp(6, 1, 0.5, 0.25), LatentUpsampling.X4, new Latents(4, 8), true);
    VoxelBatch voxels = VoxelBatch.of(normal(2, 5));
    try (LowLevelNetwork network = drawn(new LowLevelNetwork(config), precision);
        GradMode off = GradMode.off()) {
      requireNothingLeft(owner -> network.forward(voxels, Mode.eval()).latents().array());
      requireNothingLeft(owner -> network.forward(voxels, Mode.eval()).features().orElseThrow());
      requireNothingLeft(
          owner -> network.forward(voxels, Mode.train(NoiseSource.seeded(3))).latents().array());
      requireNothingLeft(owner -> network.evaluate(new NDList(voxels.array())).get(0));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FLOAT32", "BFLOAT16"})
  void should_be_nothing_of_the_teacher(Precision precision) {
    ImageBatch images = ImageBatch.of(normal(1, 3, 16, 16).abs());
    ConvNextConfig config = new ConvNextConfig(List.of(1, 1), List.of(4, 6), 5);
    try (ConvNextTeacher network = drawn(new ConvNextTeacher(config), precision);
        GradMode off = GradMode.off()) {
      requireNothingLeft(owner -> ConvNextTeacher.normalize(images));
      requireNothingLeft(owner -> network.features(images));
      requireNothingLeft(owner -> network.backbone(images.array()).pooled());
    }
  }
}
