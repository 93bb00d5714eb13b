// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.MiniUnet;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.PublishedWeights;

/** Whole pictures by networks that keep their weights in bfloat16, beside float32's. */
class HalfPaintingTest {
  private static final DecodeConfig TWENTY_STEPS = DecodeConfig.paper().withStrength(1);

  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  private NDArray picture(VersatileDiffusionDecoder decoder, NDManager owner) {
    return decoder
        .decode(
            Toys.tokens(owner, 1),
            Toys.latents(owner, 1),
            TWENTY_STEPS,
            NoiseSource.seeded(6),
            StepListener.NONE,
            owner)
        .array();
  }

  @Test
  void should_paint_nearly_the_same_pixels() {
    try (VersatileDiffusionDecoder exact = Toys.decoder(PainterConfig.paper(), Precision.FLOAT32);
        VersatileDiffusionDecoder half = Toys.decoder(PainterConfig.paper(), Precision.BFLOAT16)) {
      assertThat(half.precision()).isEqualTo(Precision.BFLOAT16);
      NDArray error = picture(half, manager).sub(picture(exact, manager)).square().mean();
      double ratio = -10 * Math.log10(error.getFloat()); // PSNR in decibels, for pixels up to 1
      assertThat(ratio).isBetween(50.0, 100.0);
    }
  }

  @Test
  void should_sample_nearly_the_same_latents_in_20_steps() {
    ConditionalUnetConfig config = MiniUnet.golden(Golden.open("/golden/generation.safetensors"));
    NDArray exact = latents(config, Precision.FLOAT32);
    NDArray half = latents(config, Precision.BFLOAT16);
    double distance = half.sub(exact).norm().getFloat() / exact.norm().getFloat();
    assertThat(distance).isBetween(1e-4, 0.014);
  }

  private NDArray latents(ConditionalUnetConfig config, Precision precision) {
    Shape tokens = new Shape(1, config.condition().tokens(), config.condition().width());
    try (ConditionalUnet unet = MiniUnet.generated(config, precision)) {
      VaeLatents sampled =
          LatentDiffusion.of(unet, LatentScheduler.paper(), PublishedScheduler.stableDiffusion())
              .sample(
                  ClipTokens.of(NoiseSource.seeded(3).normal(manager, tokens)),
                  TWENTY_STEPS,
                  NoiseSource.seeded(6),
                  StepListener.NONE,
                  manager);
      return sampled.array();
    }
  }

  @Test
  void should_leave_nothing_behind() {
    try (VersatileDiffusionDecoder half = Toys.decoder(PainterConfig.paper(), Precision.BFLOAT16)) {
      LeakCheck.assertNoLeak(
          5,
          () -> {
            try (NDManager call = manager.newSubManager()) {
              picture(half, call);
              half.start(Toys.blurry(call), NoiseSource.seeded(7), call);
            }
          });
    }
  }

  @Test
  void should_refuse_integers() throws Exception {
    PainterFiles.small(PainterKind.VERSATILE_DIFFUSION).write(folder, PublishedWeights.Form.BIN);
    assertThatThrownBy(
            () -> VersatileDiffusionDecoder.load(folder, Precision.INT8_WEIGHTS, Device.cpu()))
        .hasMessage(
            "ConditionalUnet: expected a precision of [FLOAT32, BFLOAT16] but was INT8_WEIGHTS");
  }
}
