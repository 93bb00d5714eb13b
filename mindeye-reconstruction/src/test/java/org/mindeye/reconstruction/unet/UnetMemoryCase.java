// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.PeakMemory;

/** Two steps of the published UNet, what they should need, and a program for each. */
enum UnetMemoryCase {
  ONE(1, false),
  GUIDED(1, true),
  GUIDED_4(4, true);

  private static final ConditionalUnetConfig CONFIG = ConditionalUnetConfig.versatileDiffusion();

  private final int pictures;
  private final boolean guided;

  UnetMemoryCase(int pictures, boolean guided) {
    this.pictures = pictures;
    this.guided = guided;
  }

  private void run(Precision precision, NDManager owner) {
    ConditionalUnet network = new ConditionalUnet(CONFIG);
    network.storeIn(precision);
    network.allocate(Device.cpu());
    // Written, so that every page is there.
    network.arrays().values().forEach(array -> array.addi(0));
    NoiseSource noise = NoiseSource.seeded(1);
    PreparedCondition condition =
        network.prepare(noise.normal(owner, new Shape(1, 257, 768)), owner);
    NDArray latents =
        noise.normal(owner, new Shape(pictures, CONFIG.channels(), CONFIG.side(), CONFIG.side()));
    for (int timestep : new int[] {850, 1}) {
      if (guided) {
        network.predictGuided(latents, timestep, condition, owner).close();
      } else {
        network.predict(latents, timestep, condition, owner).close();
      }
    }
  }

  MemoryEstimate estimate(Precision precision) {
    return guided
        ? ConditionalUnetMemory.guided(CONFIG, precision, pictures)
        : ConditionalUnetMemory.prediction(CONFIG, precision, pictures);
  }

  public static void main(String[] arguments) throws IOException {
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      valueOf(arguments[0]).run(Precision.valueOf(arguments[1]), owner);
    }
    System.out.println(PeakMemory.ofThisProcess());
  }
}
