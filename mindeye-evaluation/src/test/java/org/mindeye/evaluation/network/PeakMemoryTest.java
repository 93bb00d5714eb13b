// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.testkit.PeakMemory;

/** The published networks at their published sizes, each in a process of its own. */
@Tag("slow")
class PeakMemoryTest {
  private static final int BATCH = 40;

  /** A small program needs less than the working space that estimates begin with. */
  private static final long SPARE = 128L << 20;

  private static final long IMAGE = 3L * 256 * 256 * Float.BYTES;

  @TempDir private Path folder;

  private static FeatureConfig config(String precision) {
    return FeatureConfig.paper().withPrecision(Precision.valueOf(precision));
  }

  @ParameterizedTest
  @CsvSource({
    "ALEXNET, FLOAT32",
    "INCEPTION_V3, FLOAT32",
    "EFFICIENTNET_B1, FLOAT32",
    "RESNET50, FLOAT32",
    "ALEXNET, BFLOAT16",
    "INCEPTION_V3, BFLOAT16",
    "EFFICIENTNET_B1, BFLOAT16",
    "RESNET50, BFLOAT16"
  })
  void should_be_near_the_estimate(MetricNetwork kind, String precision) throws Exception {
    assumeTrue(PeakMemory.isKnown(), "the peak of the resident memory is not known here");
    Path file = Weights.write(folder.resolve("weights.safetensors"), kind);
    long peak =
        PeakMemory.measure(folder, PeakMemoryTest.class, kind.name(), precision, file.toString());
    long results = BATCH * kind.features().get(0).shape().size() * Float.BYTES;
    long expected =
        FeatureMemory.inference(kind, config(precision)).total() + BATCH * IMAGE + results;
    assertThat(expected)
        .as("%s in %s: expected %d bytes, measured %d", kind, precision, expected, peak)
        .isBetween((long) (0.85 * peak), (long) (1.2 * peak) + SPARE);
  }

  public static void main(String[] arguments) throws IOException {
    MetricNetwork kind = MetricNetwork.valueOf(arguments[0]);
    try (NDManager owner = Torch.newManager(Device.cpu());
        FeatureNetwork network =
            FeatureNetwork.load(kind, Path.of(arguments[2]), config(arguments[1]), Device.cpu())) {
      ImageBatch images = ImageBatch.of(owner.ones(new Shape(BATCH, 3, 256, 256)));
      network.extractors().get(0).features(images, owner);
    }
    System.out.println(PeakMemory.ofThisProcess());
  }
}
