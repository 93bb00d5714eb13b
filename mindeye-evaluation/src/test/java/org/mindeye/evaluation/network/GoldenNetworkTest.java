// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Precision;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;

/** Against torchvision's networks, on generated weights. */
class GoldenNetworkTest {
  private static final Golden GOLDEN = Golden.open("/golden/vision-and-metrics.safetensors");

  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  private FeatureNetwork load(MetricNetwork kind, Precision precision) throws IOException {
    Path file = Weights.write(folder.resolve("weights.safetensors"), kind);
    return FeatureNetwork.load(
        kind, file, FeatureConfig.paper().withPrecision(precision), Device.cpu());
  }

  /** In bfloat16 a little more than was measured. */
  @ParameterizedTest
  @CsvSource({
    "ALEXNET, alexnet, FLOAT32, 40, 128, 1e-4",
    "INCEPTION_V3, inception_v3, FLOAT32, 50, 128, 1e-4",
    "EFFICIENTNET_B1, efficientnet_b1, FLOAT32, 50, 96, 1e-4",
    "RESNET50, resnet50, FLOAT32, 50, 96, 1e-4",
    "ALEXNET, alexnet, BFLOAT16, 40, 128, 0.006",
    "INCEPTION_V3, inception_v3, BFLOAT16, 50, 128, 0.004",
    "EFFICIENTNET_B1, efficientnet_b1, BFLOAT16, 50, 96, 0.005",
    "RESNET50, resnet50, BFLOAT16, 50, 96, 0.006"
  })
  void should_see_what_the_original_sees(
      MetricNetwork kind, String name, Precision precision, long stream, long side, double allowed)
      throws IOException {
    NDArray pixels =
        ParityGenerator.input(manager, GOLDEN.seedBase() + stream, new Shape(1, 3, side, side));
    try (FeatureNetwork network = load(kind, precision);
        GradMode off = GradMode.off()) {
      Map<String, NDArray> found = network.forward(pixels);

      assertThat(network.precision()).isEqualTo(precision);
      assertThat(found.keySet())
          .containsExactlyElementsOf(kind.features().stream().map(NetworkFeature::node).toList());
      found.forEach(
          (node, array) ->
              TensorAssert.assertThat(array).matches(GOLDEN, name + "." + node, allowed));
    }
  }

  /** Norms and first numbers at the published size, computed by torchvision. */
  @Test
  void should_see_what_alexnet_sees_at_its_published_size() throws IOException {
    NDArray pixels = ParityGenerator.input(manager, 8000, new Shape(1, 3, 256, 256));
    try (FeatureNetwork network = load(MetricNetwork.ALEXNET, Precision.FLOAT32);
        GradMode off = GradMode.off()) {
      Map<String, NDArray> found = network.forward(pixels);

      assertMap(
          found.get("features.4"),
          MetricNetwork.ALEXNET.features().get(0),
          275.740086,
          0.54557317,
          0.43876734,
          0.0,
          0.52035517,
          0.22928181,
          0.24291438,
          0.12832831,
          0.0);
      assertMap(
          found.get("features.11"),
          MetricNetwork.ALEXNET.features().get(1),
          67.6260706,
          0.18455935,
          0.33094418,
          0.31123564,
          0.48210109,
          0.39857891,
          0.37572002,
          0.413005,
          0.41554776);
    }
  }

  private static void assertMap(NDArray map, NetworkFeature feature, double norm, double... first) {
    assertThat(map.getShape()).isEqualTo(new Shape(1).addAll(feature.shape()));
    TensorAssert.assertThat(new double[] {map.norm().getFloat()})
        .isWithinRelativeL2(new double[] {norm}, 1e-5);
    double[] found = new double[first.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = map.getFloat(0, 0, 0, i);
    }
    TensorAssert.assertThat(found).isWithinAbsolute(first, 1e-5);
  }
}
