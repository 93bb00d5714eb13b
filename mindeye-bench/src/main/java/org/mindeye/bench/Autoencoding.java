// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.lowlevel.AutoencoderKl;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One image to its latents, and latents to an image.
 *
 * <p>A plain computation at the published size takes an hour, so every run compares the {@code
 * SMALL} autoencoder with one, and the one that is measured with itself: called as pipelines do,
 * and in the caller's graph.
 */
public class Autoencoding extends DeviceBenchmark {
  @Param({"SMALL", "PAPER"})
  AutoencoderSize autoencoder;

  /** In which the weights are kept. */
  @Param({"FLOAT32", "BFLOAT16"})
  Precision precision;

  private AutoencoderKl measured;
  private VaePixels pixels;
  private VaeLatents latents;

  /** Creates the benchmark; JMH fills in the parameters. */
  public Autoencoding() {}

  /** Draws weights, an image and latents; compares both ways, small and measured. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    checkSmall(manager.getDevice());
    measured = draw(autoencoder, precision, manager.getDevice());
    pixels = pixels(autoencoder, manager);
    latents = latents(autoencoder, manager);
    try (CallScope scope = CallScope.open(manager.getDevice())) {
      float[] image = measured.decode(latents, scope.manager()).array().toFloatArray();
      float[] same = measured.decode(latents).array().toFloatArray();
      for (int i = 0; i < image.length; i++) {
        Check.near("image", image[i], same[i], 1e-6);
      }
    }
  }

  private static AutoencoderKl draw(AutoencoderSize size, Precision precision, Device cpuOrGpu) {
    AutoencoderKl network = new AutoencoderKl(size.config());
    network.storeIn(precision);
    network.initialize(cpuOrGpu, NoiseSource.seeded(SEED, 1));
    return network;
  }

  private static VaePixels pixels(AutoencoderSize size, NDManager owner) {
    Shape shape = new Shape(1, 3, size.side(), size.side());
    return VaePixels.of(NoiseSource.seeded(SEED, 2).normal(owner, shape));
  }

  private static VaeLatents latents(AutoencoderSize size, NDManager owner) {
    Shape shape =
        new Shape(1, size.config().latentChannels(), size.latentSide(), size.latentSide());
    return VaeLatents.of(NoiseSource.seeded(SEED, 3).normal(owner, shape));
  }

  private void checkSmall(Device cpuOrGpu) {
    AutoencoderSize size = AutoencoderSize.SMALL;
    int stages = size.config().stages().channels().size();
    try (CallScope scope = CallScope.open(cpuOrGpu);
        AutoencoderKl exact = draw(size, Precision.FLOAT32, cpuOrGpu);
        AutoencoderKl small = draw(size, precision, cpuOrGpu)) {
      PlainMaps plain = new PlainMaps(exact, size.config().stages().groups());
      VaePixels image = pixels(size, scope.manager());
      double[][][] x = PlainMaps.maps(image.array().toFloatArray(), 3, size.side(), size.side());
      double[][][] moments =
          plain.convolve("quant_conv", plain.downsample("encoder.", x, stages), 1);
      float[] found = small.encode(image).array().toFloatArray();
      PlainMaps.check("moments", precision, found, moments);

      VaeLatents drawn = latents(size, scope.manager());
      float[] unscaled = drawn.array().toFloatArray();
      for (int i = 0; i < unscaled.length; i++) {
        unscaled[i] /= (float) size.config().scale();
      }
      double[][][] z =
          PlainMaps.maps(
              unscaled, size.config().latentChannels(), size.latentSide(), size.latentSide());
      double[][][] painted =
          plain.upsample("decoder.", plain.convolve("post_quant_conv", z, 1), stages);
      PlainMaps.check("image", precision, small.decode(drawn).array().toFloatArray(), painted);
    }
  }

  /**
   * One image, to its likeliest latents.
   *
   * @return the sum of the latents
   */
  @Benchmark
  public float encode() {
    try (CallScope scope = CallScope.open(measured.device())) {
      return Readback.sum(measured.encodeMode(pixels, scope.manager()).array());
    }
  }

  /**
   * One image's latents, to its pixels.
   *
   * @return a pixel
   */
  @Benchmark
  public float decode() {
    try (CallScope scope = CallScope.open(measured.device())) {
      return Readback.first(measured.decode(latents, scope.manager()).array());
    }
  }

  /** Frees the weights. */
  @TearDown
  public void closeNetwork() {
    measured.close();
  }
}
