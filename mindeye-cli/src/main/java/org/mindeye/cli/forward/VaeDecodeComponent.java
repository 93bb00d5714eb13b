// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;

/** Latents to images. */
final class VaeDecodeComponent implements Component {
  @Override
  public String name() {
    return "vae-decode";
  }

  @Override
  public String description() {
    return "The decoder of Stable Diffusion's autoencoder." + VaeEncodeComponent.DESCRIPTION;
  }

  @Override
  public Record exampleConfig() {
    return AutoencoderConfig.stableDiffusion();
  }

  @Override
  public List<Axes> inputs() {
    return List.of(
        Axes.optional(
            "latents",
            "float32",
            "[batch, channels, height, width]",
            "not scaled, as diffusers' decode"),
        Axes.optional(
            "scaled_latents",
            "float32",
            "[batch, channels, height, width]",
            "instead: times 0.18215, as vae-encode and lowlevel write them"));
  }

  @Override
  public List<Axes> outputs() {
    return List.of(
        Axes.of("images", "[batch, 3, 8 height, 8 width]", "around [-1, 1], not clamped"));
  }

  @Override
  public void run(Job job) throws IOException {
    Optional<NDArray> scaled = job.optional("scaled_latents", DataType.FLOAT32);
    Optional<NDArray> plain = job.optional("latents", DataType.FLOAT32);
    if (scaled.isPresent() && plain.isPresent()) {
      throw job.malformed("latents", "no scaled_latents beside them", "both");
    }
    VaeLatents given =
        VaeLatents.of(scaled.orElseGet(() -> job.input("latents", DataType.FLOAT32)));
    try (GradMode off = GradMode.off();
        AutoencoderKl network = job.autoencoder()) {
      job.put(
          "images",
          network.decode(scaled.isPresent() ? given : network.scaled(given.array())).array());
    }
  }
}
