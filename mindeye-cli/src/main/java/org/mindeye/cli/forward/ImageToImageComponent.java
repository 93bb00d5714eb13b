// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.util.List;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.weights.StateDict;
import org.mindeye.reconstruction.LatentDiffusion;
import org.mindeye.reconstruction.PublishedScheduler;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;

/** Latents repainted from recorded noise. */
final class ImageToImageComponent implements Component {
  private static final String LATENTS = "[batch, channels, height, width]";

  @Override
  public String name() {
    return "img2img";
  }

  @Override
  public String description() {
    return "Latents made noisy and painted again by a conditional UNet, with guidance against a"
        + " condition of zeros, on Stable Diffusion's noise schedule. The configuration may be left"
        + " out: the shape follows from the weights, except for the groups of the norms (32) and"
        + " the heads (8), and the rest is as published.";
  }

  @Override
  public Record exampleConfig() {
    return ImageToImageConfig.paper(ConditionalUnetConfig.versatileDiffusion());
  }

  @Override
  public List<Axes> inputs() {
    return List.of(
        Axes.of("condition", Axes.TOKENS, "tokens as the UNet gets them, not divided by a norm"),
        Axes.of("start", LATENTS, "scaled by 0.18215"),
        Axes.of("noise", LATENTS, "what the start is made noisy with"));
  }

  @Override
  public List<Axes> outputs() {
    return List.of(Axes.of("latents", LATENTS, "scaled by 0.18215"));
  }

  @Override
  public void run(Job job) throws IOException {
    ImageToImageConfig given = job.hasConfig() ? job.config(ImageToImageConfig.class) : null;
    ClipTokens condition = ClipTokens.of(job.input("condition", DataType.FLOAT32));
    VaeLatents start = VaeLatents.of(job.input("start", DataType.FLOAT32));
    NDArray noise = job.input("noise", DataType.FLOAT32);
    if (!noise.getShape().equals(start.array().getShape())) {
      throw new ShapeMismatchException(
          "noise: expected the start's shape "
              + start.array().getShape()
              + " but was "
              + noise.getShape());
    }
    try (StateDict weights = job.weights();
        ConditionalUnet unet = job.unet(weights, given == null ? null : given.network())) {
      ImageToImageConfig config = given == null ? ImageToImageConfig.paper(unet.config()) : given;
      DecodeConfig painting = config.painting();
      NoiseSource recorded = NoiseSource.replayed(List.of(noise.toFloatArray()));
      VaeLatents latents =
          LatentDiffusion.of(unet, config.scheduler(), PublishedScheduler.stableDiffusion())
              .sample(condition, start, painting, recorded, StepListener.NONE, job.manager());
      job.put("latents", latents.array());
    }
  }
}
