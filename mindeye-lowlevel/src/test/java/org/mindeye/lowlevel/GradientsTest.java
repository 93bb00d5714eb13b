// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.AttentionNames;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.ResidualConvBlock;
import org.mindeye.core.nn.SpatialAttention;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.lowlevel.LowLevelConfig.Latents;
import org.mindeye.lowlevel.LowLevelConfig.Mlp;
import org.mindeye.testkit.FiniteDifferences;

/**
 * The gradient of each parameter along a random direction of about unit length, against central
 * differences; all in float64.
 */
class GradientsTest {
  private static final double TOLERANCE = 1e-6;

  /** One layer. */
  private static final class Alone extends Network {
    private final UnaryOperator<NDArray> layer;

    Alone(Function<ParameterScope, UnaryOperator<NDArray>> declaration) {
      super(DataType.FLOAT64);
      layer = declaration.apply(scope().child("layer"));
    }

    @Override
    protected NDList evaluate(NDList inputs) {
      return new NDList(layer.apply(inputs.singletonOrThrow()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return inputShapes;
    }
  }

  private static NDArray normal(NDManager owner, long seed, Shape shape) {
    float[] numbers = new float[Math.toIntExact(shape.size())];
    NoiseSource.seeded(seed).normal(numbers);
    return Torch.copy(owner, numbers, shape).toType(DataType.FLOAT64, false);
  }

  /** A sum in which every number counts differently. */
  private static NDArray weighted(long seed, NDArray result) {
    return result.mul(normal(result.getManager(), seed, result.getShape())).sum();
  }

  private static <N extends Network> void check(
      N network, Function<N, Function<NDManager, NDArray>> losses) {
    try (network) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      Function<NDManager, NDArray> loss = losses.apply(network);
      List<Parameter> parameters = network.trainable();
      assertThat(parameters).isNotEmpty();
      parameters.forEach(each -> each.getArray().setRequiresGradient(true));
      try (StepScope scope = StepScope.open(Device.cpu())) {
        ParameterGradients gradients = scope.gradients(loss.apply(scope.manager()), parameters);
        for (Parameter each : parameters) {
          NDArray gradient = gradients.of(each).orElseThrow();
          FiniteDifferences.ALL.assertSlope(
              each.getName(),
              each.getArray(),
              gradient.toDoubleArray(),
              () -> value(loss),
              TOLERANCE);
        }
      }
    }
  }

  private static double value(Function<NDManager, NDArray> loss) {
    try (StepScope scope = StepScope.open(Device.cpu())) {
      return loss.apply(scope.manager()).getDouble();
    }
  }

  private static void checkAlone(
      Function<ParameterScope, UnaryOperator<NDArray>> declaration, Shape input) {
    check(
        new Alone(declaration),
        network ->
            manager -> weighted(5, network.evaluate(new NDList(normal(manager, 2, input))).get(0)));
  }

  @Test
  void should_be_those_of_a_residual_block() {
    Shape input = new Shape(2, 4, 3, 5);
    checkAlone(scope -> new ResidualConvBlock(scope, 4, 4, 2, 1e-6)::apply, input);
    checkAlone(scope -> new ResidualConvBlock(scope, 4, 6, 2, 1e-6)::apply, input);
  }

  @Test
  void should_be_those_of_attention() {
    checkAlone(
        scope -> new SpatialAttention(scope, 4, 2, 1e-6, AttentionNames.DIFFUSERS_2022)::apply,
        new Shape(2, 4, 3, 5));
  }

  @Test
  void should_be_those_of_the_low_level_network() {
    LowLevelConfig config =
        new LowLevelConfig(
            5, new Mlp(6, 2, 0.5, 0.25), LatentUpsampling.X4, new Latents(4, 8), true);
    check(
        new LowLevelNetwork(config, DataType.FLOAT64),
        network ->
            manager -> {
              VoxelBatch voxels = VoxelBatch.of(normal(manager, 2, new Shape(2, 5)));
              LowLevelPrediction found = network.forward(voxels, Mode.train(NoiseSource.seeded(3)));
              return weighted(5, found.latents().array())
                  .add(weighted(6, found.features().orElseThrow()));
            });
  }

  @Test
  void should_be_those_of_the_autoencoder() {
    AutoencoderConfig config =
        new AutoencoderConfig(
            new ConvolutionStages(List.of(2, 4), 1, 2),
            3,
            AutoencoderConfig.STABLE_DIFFUSION_SCALE);
    check(
        new AutoencoderKl(config, DataType.FLOAT64),
        network ->
            manager -> {
              VaePixels pixels = VaePixels.of(normal(manager, 2, new Shape(1, 3, 6, 4)));
              LatentMoments moments = network.encode(pixels);
              return weighted(5, moments.sample(NoiseSource.seeded(4)).array())
                  .add(moments.divergence())
                  .add(weighted(6, network.decode(moments.mode()).array()));
            });
  }

  @Test
  void should_be_those_of_the_teacher() {
    ConvNextConfig config = new ConvNextConfig(List.of(1, 1), List.of(4, 6), 5);
    check(
        new ConvNextTeacher(config, DataType.FLOAT64),
        network ->
            manager ->
                weighted(
                    5,
                    network.features(
                        ImageBatch.of(normal(manager, 2, new Shape(1, 3, 16, 8)).abs()))));
  }
}
