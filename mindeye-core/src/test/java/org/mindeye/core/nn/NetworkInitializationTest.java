// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.junit.jupiter.api.Test;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneNorm;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.testkit.LeakCheck;

/** Who owns the parameters, and when. */
class NetworkInitializationTest {
  private static ResidualMlpBackbone network() {
    return new ResidualMlpBackbone(
        BackboneConfig.paper(7)
            .withHidden(8)
            .withNorm(BackboneNorm.BATCH_NORM_RELU, false)
            .withSpace(new ClipSpace(3, 4)));
  }

  /** Good for three tensors, then broken. */
  private static final class FailingNoise implements NoiseSource {
    private final NoiseSource noise = NoiseSource.seeded(1);
    private int left = 3;

    @Override
    public void uniform(float[] values) {
      if (left-- == 0) {
        throw new IllegalArgumentException("the recorded noise ends here");
      }
      noise.uniform(values);
    }

    @Override
    public void normal(float[] values) {
      noise.normal(values);
    }

    @Override
    public double[] beta(double alpha, double beta, int count) {
      return noise.beta(alpha, beta, count);
    }

    @Override
    public int[] permutation(int size) {
      return noise.permutation(size);
    }
  }

  @Test
  void should_keep_the_parameters_when_a_scope_around_the_initialisation_closes() {
    try (ResidualMlpBackbone inside = network();
        ResidualMlpBackbone outside = network()) {
      try (CallScope scope = CallScope.open(Device.cpu())) {
        inside.initialize(Device.cpu(), NoiseSource.seeded(1));
      }
      outside.initialize(Device.cpu(), NoiseSource.seeded(1));
      for (Parameter parameter : inside.getParameters().values()) {
        NDArray array = parameter.getArray();
        assertThat(array.isReleased()).as(parameter.getName()).isFalse();
        assertThat(array.contentEquals(outside.getParameters().get(parameter.getName()).getArray()))
            .as(parameter.getName())
            .isTrue();
      }
    }
  }

  @Test
  void should_hold_one_tensor_per_parameter() {
    try (ResidualMlpBackbone network = network()) {
      int before = LeakCheck.census().arrays();
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      assertThat(LeakCheck.census().arrays() - before).isEqualTo(network.getParameters().size());
    }
  }

  @Test
  void should_hold_nothing_after_a_failure_and_be_ready_for_another_try() {
    try (ResidualMlpBackbone network = network()) {
      LeakCheck.Census before = LeakCheck.census();
      assertThatThrownBy(() -> network.initialize(Device.cpu(), new FailingNoise()))
          .hasMessage("the recorded noise ends here");
      assertThat(LeakCheck.census()).isEqualTo(before);
      assertThatIllegalStateException()
          .isThrownBy(network::device)
          .withMessage("ResidualMlpBackbone has no weights: call initialize(device, noise) first");
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      assertThat(network.getParameters().get("lin1.weight").getArray().toFloatArray()).hasSize(96);
    }
  }

  /** A closed network must not come back with random weights. */
  @Test
  void should_stay_closed() {
    ResidualMlpBackbone network = network();
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    network.close();
    String closed = "ResidualMlpBackbone is closed; closing is final, so make a new one";
    assertThatIllegalStateException()
        .isThrownBy(() -> network.initialize(Device.cpu(), NoiseSource.seeded(1)))
        .withMessage(closed);
    assertThatIllegalStateException()
        .isThrownBy(() -> network.allocate(Device.cpu()))
        .withMessage(closed);
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      assertThatIllegalStateException()
          .as("as DJL does it")
          .isThrownBy(() -> network.initialize(manager, DataType.FLOAT32, new Shape(1, 7)))
          .withMessage(closed);
    }
    assertThatIllegalStateException().isThrownBy(network::arrays).withMessage(closed);
    assertThat(network.hasWeights()).isFalse();
    assertThat(network.parameterCount()).isPositive();
  }
}
