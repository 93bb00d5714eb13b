// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.Window;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.ParityWeights;

/** What diffusers' UNet has behind its first layers, on the weights of the whole. */
class FirstLayersTest {
  private static final double TOLERANCE = 1e-4;

  private final ConditionalUnetConfig mini =
      MiniUnet.golden(Golden.open("/golden/generation.safetensors"));
  @FreshManager private NDManager manager;

  /** The timestep's embedding, the first convolution, the first block. */
  private static final class FirstLayers extends Network {
    final TimeEmbedding time = new TimeEmbedding(scope().child("time_embedding"), 32);
    final Conv2d input;
    final UnetBlock block;

    FirstLayers(ConditionalUnetConfig config) {
      input = Conv2d.of(scope().child("conv_in"), 4, 32, Window.square(3).withPadding(1));
      block = new UnetBlock(scope().child("down_blocks").child(0), 0, 32, 32, true, config);
    }

    @Override
    protected NDList evaluate(NDList inputs) {
      throw new IllegalStateException("its layers are called one by one");
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return inputShapes;
    }
  }

  private FirstLayers filled() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    try (ConditionalUnet whole = new ConditionalUnet(mini)) {
      whole.getParameters().forEach(p -> shapes.put(p.getKey(), p.getValue().getShape()));
    }
    Map<String, float[]> weights = ParityWeights.asGenerated().generate(shapes);
    FirstLayers layers = new FirstLayers(mini);
    layers.allocate(Device.cpu());
    layers.arrays().forEach((name, array) -> array.set(weights.get(name)));
    return layers;
  }

  @Test
  void should_have_the_values_of_the_original_behind_them() {
    try (FirstLayers layers = filled();
        GradMode off = GradMode.off()) {
      NDArray time = layers.time.apply(manager, 850, 850);
      requireStarts(time, 5.76993325, -0.57784063, -0.037247844, -0.87528396, 0.14546527);
      NDArray noisy = ParityGenerator.input(manager, 3000, new Shape(2, 4, 16, 16));
      NDArray maps = layers.input.apply(noisy);
      requireStarts(maps, 69.7666932, 0.066871345, -0.23768079, 0.093124174, -0.22524458);
      NDArray tokens = ParityGenerator.input(manager, 3001, new Shape(2, 257, 24));
      Map<SpatialTransformer, StepInputs.Context> contexts = new LinkedHashMap<>();
      layers.block.transformers().forEach(each -> contexts.put(each, each.prepare(tokens, false)));
      NDArray seen = layers.block.apply(maps, new StepInputs(time, contexts, 0));
      requireStarts(seen, 193.515134, 0.47608715, -1.8078718, -3.3233116, -2.2347434);
    }
  }

  /** Euclidean norm and first numbers. */
  static void requireStarts(NDArray found, double norm, double... first) {
    float[] values = found.toFloatArray();
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    assertThat(Math.sqrt(squares)).isCloseTo(norm, Offset.offset(norm * TOLERANCE));
    for (int i = 0; i < first.length; i++) {
      assertThat((double) values[i]).as("number %s", i).isCloseTo(first[i], Offset.offset(1e-4));
    }
  }
}
