// SPDX-License-Identifier: Apache-2.0
package org.mindeye.extension;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.Initializer;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGroup;
import org.mindeye.core.optim.StepRates;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.testkit.FreshManager;

/** A custom layer and network, made of what is public in core. */
class OwnNetworkTest {
  private static final int WIDTH = 4;

  @FreshManager private NDManager manager;

  @TempDir private Path folder;

  // snippet: layer
  /** Divides by a fixed deviation, multiplies by a learned gain. */
  private static final class Scaling {
    private final Parameter gain;
    private final Parameter deviation;

    Scaling(ParameterScope scope, float... deviations) {
      Shape axis = new Shape(deviations.length);
      gain = scope.parameter("gain", Parameter.Type.GAMMA, axis, Initializer.constant(1));
      deviation = scope.buffer("std", Parameter.Type.OTHER, axis, Initializer.values(deviations));
    }

    /** {@code [batch, width]} to the same. */
    NDArray apply(NDArray x) {
      return x.div(deviation.getArray()).mul(gain.getArray());
    }
  }

  // end: layer

  /** A custom initializer: the identity. */
  private static Initializer identity(int width) {
    return (values, from, noise) -> {
      for (int i = 0; i < values.length; i++) {
        long element = from + i;
        values[i] = element / width == element % width ? 1 : 0;
      }
    };
  }

  private static final class Stack extends Network {
    private final Scaling scaling;
    private final List<Linear> layers = new ArrayList<>();

    Stack(int depth) {
      this(depth, DataType.FLOAT32);
    }

    // snippet: network
    Stack(int depth, DataType type) {
      super(type);
      scaling = new Scaling(scope().child("scaling"), 1, 2, 4, 8);
      ParameterScope blocks = scope().child("blocks");
      for (int i = 0; i < depth; i++) {
        layers.add(Linear.of(blocks.child(i).child("fc"), WIDTH, WIDTH, identity(WIDTH)));
      }
    }

    // end: network

    NDArray forward(NDArray x) {
      NDArray y = scaling.apply(x);
      for (Linear layer : layers) {
        y = layer.apply(y);
      }
      return y;
    }

    @Override
    protected NDList evaluate(NDList inputs) {
      return new NDList(forward(inputs.singletonOrThrow()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return inputShapes;
    }
  }

  private static Stack drawn(long seed) {
    Stack network = new Stack(2);
    network.initialize(Device.cpu(), NoiseSource.seeded(seed));
    return network;
  }

  @Test
  void should_compute_with_its_own_layer_and_initial_values() {
    try (Stack network = drawn(1)) {
      NDArray x = manager.create(new float[] {1, 2, 4, 8}, new Shape(1, WIDTH));
      assertThat(network.forward(x).toFloatArray()).containsExactly(1, 1, 1, 1);
    }
  }

  @Test
  void should_be_saved_trained_and_loaded_under_the_names_of_its_paths() throws IOException {
    Path file = folder.resolve("own.safetensors");
    try (Stack network = drawn(1);
        FusedAdamW optimizer =
            FusedAdamW.over(List.of(new ParameterGroup("all", network.trainable(), 0)))) {
      assertThat(network.trainable())
          .extracting(Parameter::getName)
          .containsExactly(
              "scaling.gain",
              "blocks.0.fc.weight",
              "blocks.0.fc.bias",
              "blocks.1.fc.weight",
              "blocks.1.fc.bias");
      try (StepScope step = StepScope.open(Device.cpu())) {
        NDArray x = NoiseSource.seeded(2).normal(step.manager(), new Shape(3, WIDTH));
        NDArray loss = network.forward(x).square().mean();
        optimizer.step(step.gradients(loss, optimizer.parameters()), new StepRates(0.1, 0.9));
      }
      assertThat(network.arrays().get("scaling.gain").toFloatArray()).doesNotContain(1);
      assertThat(network.arrays().get("scaling.std").toFloatArray()).containsExactly(1, 2, 4, 8);
      WeightFiles.write(file, network, Map.of());
      try (StateDict saved = WeightFiles.open(file);
          Stack loaded = WeightBinder.strict().load(saved, new Stack(2), Device.cpu())) {
        assertThat(saved.names()).hasSize(6).contains("scaling.std", "blocks.1.fc.bias");
        network
            .arrays()
            .forEach((name, array) -> assertThat(loaded.arrays().get(name)).isEqualTo(array));
      }
      try (StateDict saved = WeightFiles.open(file);
          Stack half =
              WeightBinder.strict().load(saved, new Stack(2, DataType.BFLOAT16), Device.cpu())) {
        NDArray x = NoiseSource.seeded(4).normal(manager, new Shape(3, WIDTH));
        NDArray y = half.forward(DataTypes.convert(x, DataType.BFLOAT16));
        assertThat(DataTypes.of(y)).isEqualTo(DataType.BFLOAT16);
        NDArray error = DataTypes.convert(y, DataType.FLOAT32).sub(network.forward(x));
        assertThat(error.abs().max().getFloat()).isLessThan(0.05f);
      }
    }
  }
}
