// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FreshManager;

class TimeEmbeddingTest {
  private static final int FEATURES = 4;
  private static final int WIDTH = 16;

  @FreshManager private NDManager owner;

  private static final class Embedding extends Network {
    final TimeEmbedding layer = new TimeEmbedding(scope(), FEATURES);

    @Override
    protected NDList evaluate(NDList inputs) {
      throw new IllegalStateException("no tensors go in");
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return new Shape[] {new Shape(1, WIDTH)};
    }
  }

  /** Cosines first, SiLU between the maps and none behind them. */
  @Test
  void should_map_cosines_and_sines_twice() {
    try (Embedding network = new Embedding();
        GradMode off = GradMode.off()) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      NDArray embedded = network.layer.apply(owner, 3, 850);

      assertThat(embedded.getManager()).isSameAs(owner);
      assertThat(embedded.getShape()).isEqualTo(new Shape(2, WIDTH));
      assertThat(embedded.get(0).toFloatArray())
          .containsExactly(plain(network.arrays(), 3), Offset.offset(1e-5f));
      assertThat(embedded.get(1).toFloatArray())
          .containsExactly(plain(network.arrays(), 850), Offset.offset(1e-5f));
    }
  }

  private static float[] plain(Map<String, NDArray> weights, double t) {
    float[] x = {
      (float) Math.cos(t), (float) Math.cos(t / 100), (float) Math.sin(t), (float) Math.sin(t / 100)
    };
    float[] y = map(weights, "linear_1", x);
    for (int i = 0; i < y.length; i++) {
      y[i] /= (float) (1 + Math.exp(-y[i]));
    }
    return map(weights, "linear_2", y);
  }

  private static float[] map(Map<String, NDArray> weights, String layer, float[] x) {
    float[] weight = weights.get(layer + ".weight").toFloatArray();
    float[] y = weights.get(layer + ".bias").toFloatArray();
    for (int i = 0; i < y.length; i++) {
      for (int j = 0; j < x.length; j++) {
        y[i] += weight[i * x.length + j] * x[j];
      }
    }
    return y;
  }
}
