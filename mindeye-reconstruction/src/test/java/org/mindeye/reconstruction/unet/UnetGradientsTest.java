// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FiniteDifferences;

/** The gradient of each parameter along a random direction; all in float64. */
class UnetGradientsTest {
  private static final double TOLERANCE = 1e-6;

  private static NDArray normal(NDManager owner, long seed, long... shape) {
    float[] numbers = new float[Math.toIntExact(new Shape(shape).size())];
    NoiseSource.seeded(seed).normal(numbers);
    return Torch.copy(owner, numbers, new Shape(shape)).toType(DataType.FLOAT64, false);
  }

  /** A sum in which every number counts differently. */
  private static NDArray loss(ConditionalUnet network, NDManager owner) {
    NDArray noise =
        network.forward(normal(owner, 2, 2, 3, 4, 2), normal(owner, 3, 2, 3, 5), 850, 20);
    return noise.mul(normal(owner, 4, 2, 3, 4, 2)).sum();
  }

  private static double value(ConditionalUnet network) {
    try (StepScope scope = StepScope.open(Device.cpu())) {
      return loss(network, scope.manager()).getDouble();
    }
  }

  @Test
  void should_be_those_of_differences() {
    try (ConditionalUnet network =
        MiniUnet.drawn(new ConditionalUnet(MiniUnet.tiny(), DataType.FLOAT64))) {
      List<Parameter> parameters = network.trainable();
      assertThat(parameters).hasSameSizeAs(network.getParameters());
      parameters.forEach(each -> each.getArray().setRequiresGradient(true));
      try (StepScope scope = StepScope.open(Device.cpu())) {
        ParameterGradients gradients = scope.gradients(loss(network, scope.manager()), parameters);
        for (Parameter each : parameters) {
          FiniteDifferences.ALL.assertSlope(
              each.getName(),
              each.getArray(),
              gradients.of(each).orElseThrow().toDoubleArray(),
              () -> value(network),
              TOLERANCE);
        }
      }
    }
  }
}
