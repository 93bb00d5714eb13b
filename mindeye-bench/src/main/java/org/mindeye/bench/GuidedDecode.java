// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.reconstruction.PainterConfig;
import org.mindeye.reconstruction.VersatileDiffusionDecoder;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A whole picture as published: from blurry latents, 17 of 20 steps with guidance, then its pixels.
 *
 * <p>{@link UnetStep} and {@link Autoencoding} compare the networks with plain computations; this
 * looks whether every step was taken and the last latents are the picture's.
 */
public class GuidedDecode extends DeviceBenchmark {
  private static final DecodeConfig DECODING = DecodeConfig.paper();

  @Param({"SMALL", "PAPER"})
  UnetSize unet;

  /** In which the weights are kept. */
  @Param({"FLOAT32", "BFLOAT16"})
  Precision precision;

  private VersatileDiffusionDecoder decoder;
  private ClipTokens tokens;
  private VaeLatents start;

  /** Creates the benchmark; JMH fills in the parameters. */
  public GuidedDecode() {}

  /** Draws weights, tokens and latents; paints a small picture. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    checkSmall(manager.getDevice());
    decoder = draw(unet, precision, manager.getDevice());
    tokens = tokens(decoder, manager);
    start = start(decoder, manager);
  }

  private static AutoencoderSize autoencoder(UnetSize size) {
    return AutoencoderSize.valueOf(size.name());
  }

  private static VersatileDiffusionDecoder draw(
      UnetSize size, Precision precision, Device cpuOrGpu) {
    ConditionalUnet unet = new ConditionalUnet(size.config());
    unet.storeIn(precision);
    unet.initialize(cpuOrGpu, NoiseSource.seeded(SEED, 1));
    AutoencoderKl autoencoder = new AutoencoderKl(autoencoder(size).config());
    autoencoder.storeIn(precision);
    autoencoder.initialize(cpuOrGpu, NoiseSource.seeded(SEED, 2));
    return VersatileDiffusionDecoder.of(unet, autoencoder, PainterConfig.paper());
  }

  private static ClipTokens tokens(VersatileDiffusionDecoder decoder, NDManager owner) {
    Shape shape = new Shape(1, decoder.space().tokens(), decoder.space().width());
    return ClipTokens.of(NoiseSource.seeded(SEED, 3).normal(owner, shape));
  }

  private static VaeLatents start(VersatileDiffusionDecoder decoder, NDManager owner) {
    Shape one = decoder.latents();
    Shape shape = new Shape(1, one.get(0), one.get(1), one.get(2));
    return VaeLatents.of(NoiseSource.seeded(SEED, 4).normal(owner, shape));
  }

  private static ImageBatch paint(
      VersatileDiffusionDecoder decoder,
      ClipTokens tokens,
      VaeLatents start,
      StepListener steps,
      NDManager owner) {
    NoiseSource noise = NoiseSource.seeded(SEED, 5);
    return decoder.decode(tokens, start, DECODING, noise, steps, owner);
  }

  private void checkSmall(Device cpuOrGpu) {
    try (CallScope scope = CallScope.open(cpuOrGpu);
        VersatileDiffusionDecoder small = draw(UnetSize.SMALL, precision, cpuOrGpu)) {
      ClipTokens tokens = tokens(small, scope.manager());
      VaeLatents start = start(small, scope.manager());
      int[] calls = new int[1];
      float[] picture =
          paint(small, tokens, start, (step, all) -> calls[0]++, scope.manager())
              .array()
              .toFloatArray();
      Check.near("steps", calls[0], DECODING.repaintedSteps(), 0);
      int side = AutoencoderSize.SMALL.side();
      Check.near("numbers", picture.length, 3 * side * side, 0);
    }
  }

  /**
   * One picture.
   *
   * @return a pixel
   */
  @Benchmark
  public float decode() {
    try (CallScope scope = CallScope.open(decoder.device())) {
      return Readback.first(
          paint(decoder, tokens, start, StepListener.NONE, scope.manager()).array());
    }
  }

  /** Frees the weights. */
  @TearDown
  public void closeDecoder() {
    decoder.close();
  }
}
