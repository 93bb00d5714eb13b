// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipPixels;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.ParityWeights;

/** The small vision transformer all expected values were made with. */
final class ClipFixtures {
  static final Golden GOLDEN = Golden.open("/golden/vision-and-metrics.safetensors");
  static final VisionTransformerConfig MINI =
      new VisionTransformerConfig(
          64, 256, 3, 4, new PatchGrid(56, 14), 24, Nonlinearity.QUICK_GELU);

  private static final Shape PIXELS = new Shape(2, 3, 56, 56);

  private ClipFixtures() {}

  static ClipVisionTransformer miniNetwork() {
    ClipVisionTransformer network = new ClipVisionTransformer(MINI);
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    ParityWeights.asGenerated().fill(network.getParameters());
    return network;
  }

  static ClipPixels pixels(NDManager owner, long seed) {
    return ClipPixels.of(ParityGenerator.input(owner, seed, PIXELS, 1.5, 0));
  }

  /** Images that become the golden pixels when they are normalised. */
  static ImageBatch goldenImages(NDManager owner) {
    NDArray pixels = pixels(owner, GOLDEN.seedBase()).array();
    return ImageBatch.of(
        pixels
            .mul(perChannel(owner, ClipPreprocessing.DEVIATION))
            .add(perChannel(owner, ClipPreprocessing.MEAN)));
  }

  static ImageBatch images(NDManager owner, long seed, long batch, long height, long width) {
    Shape shape = new Shape(batch, 3, height, width);
    return ImageBatch.of(ParityGenerator.input(owner, seed, shape, 0.5, 0.5));
  }

  static NDArray perChannel(NDManager owner, java.util.List<Float> values) {
    float[] numbers = {values.get(0), values.get(1), values.get(2)};
    return owner.create(numbers, new Shape(1, 3, 1, 1));
  }
}
