// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.MultistepSampler;

/** Opens published weights, as downloaded: says what the backbone is, and samples the prior. */
public final class PublishedWeights {
  private PublishedWeights() {}

  /**
   * Loads a backbone.
   *
   * @param arguments a file of weights: {@code .pth}, safetensors or {@code .npz}
   */
  public static void main(String[] arguments) {
    System.exit(
        Program.run("PublishedWeights", System.err, () -> System.out.println(describe(arguments))));
  }

  private static String describe(String... arguments) throws IOException {
    if (arguments.length != 1) {
      throw new IllegalArgumentException("expected one argument, a file of weights");
    }
    return describe(Path.of(arguments[0]));
  }

  static String describe(Path file) throws IOException {
    Device device = Torch.device("cpu");
    // snippet: load
    // The architecture comes from the shapes.
    try (BackboneEncoder encoder = BackboneEncoder.load(file, device)) {
      return encoder.voxels() + " voxels to " + encoder.space() + " CLIP tokens";
    }
    // end: load
  }

  /** What the prior makes of one brain: tokens a generator can paint, row by row. */
  static float[] imagine(Path file, VoxelBatch voxels, Device device) throws IOException {
    // snippet: prior
    try (BackboneEncoder encoder = BackboneEncoder.load(file, device);
        DiffusionPrior prior = DiffusionPrior.load(file, device);
        NDManager owner = Torch.newManager(device)) {
      BrainTokens brain = encoder.encode(voxels, owner).tokens();
      NoiseSource noise = NoiseSource.seeded(42);
      // The published sampler takes 100 steps; the mean and the spread of these 20 are the same.
      ClipTokens image = prior.withSampler(new MultistepSampler(20)).sample(brain, noise, owner);
      return image.array().toFloatArray();
    }
    // end: prior
  }
}
