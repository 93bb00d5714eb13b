// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.MiniUnet;
import org.mindeye.testkit.FormatError;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;

/** Against diffusers 0.13: 17 guided steps of UniPC from noised latents, on generated weights. */
class GoldenImageToImageTest {
  private final Golden golden = Golden.open("/golden/generation.safetensors");
  @FreshManager private NDManager manager;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INT8_WEIGHTS")
  void should_repaint_latents_as_the_original_does(Precision precision) {
    ConditionalUnetConfig mini = MiniUnet.golden(golden);
    Shape shape = new Shape(1, mini.channels(), mini.side(), mini.side());
    Shape tokens = new Shape(1, mini.condition().tokens(), mini.condition().width());
    long base = golden.seedBase();
    NDArray condition = ParityGenerator.input(manager, base + 400, tokens);
    NDArray start = ParityGenerator.input(manager, base + 401, shape);
    float[] drawn =
        ParityGenerator.input(base + 402, Math.toIntExact(shape.size()), Math.sqrt(3), 0);
    try (ConditionalUnet unet = MiniUnet.generated(mini, precision)) {
      VaeLatents painted =
          LatentDiffusion.of(unet, LatentScheduler.paper(), PublishedScheduler.stableDiffusion())
              .sample(
                  ClipTokens.of(condition),
                  VaeLatents.of(start),
                  DecodeConfig.paper(),
                  NoiseSource.replayed(List.of(drawn)),
                  StepListener.NONE,
                  manager);
      TensorAssert.assertThat(painted.array())
          .matches(golden, "img2img.latents", FormatError.IMAGE_TO_IMAGE, precision, 1e-4);
    }
  }
}
