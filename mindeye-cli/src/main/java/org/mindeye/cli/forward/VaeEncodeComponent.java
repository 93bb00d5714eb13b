// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.util.List;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.tensor.VaePixels;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.LatentMoments;

/** Images to latents. */
final class VaeEncodeComponent implements Component {
  static final String DESCRIPTION =
      " Names of weights are those of diffusers, of 2022 or of today. The configuration may be"
          + " left out: it follows from the weights, except for the groups of the norms (32) and"
          + " the scale"
          + " (0.18215).";

  @Override
  public String name() {
    return "vae-encode";
  }

  @Override
  public String description() {
    return "The encoder of Stable Diffusion's autoencoder." + DESCRIPTION;
  }

  @Override
  public Record exampleConfig() {
    return AutoencoderConfig.stableDiffusion();
  }

  @Override
  public List<Axes> inputs() {
    return List.of(
        Axes.of("images", "[batch, 3, height, width]", "in [-1, 1], sides divisible by 8"));
  }

  @Override
  public List<Axes> outputs() {
    return List.of(
        Axes.of(
            "moments",
            "[batch, 2 channels, height / 8, width / 8]",
            "means, then log-variances, neither scaled nor clamped"),
        Axes.of(
            "latents", "[batch, channels, height / 8, width / 8]", "the means, scaled by 0.18215"));
  }

  @Override
  public void run(Job job) throws IOException {
    VaePixels pixels = VaePixels.of(job.input("images", DataType.FLOAT32));
    try (GradMode off = GradMode.off();
        AutoencoderKl network = job.autoencoder()) {
      LatentMoments moments = network.encode(pixels);
      job.put("moments", moments.array());
      job.put("latents", moments.mode().array());
    }
  }
}
