// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.util.List;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.weights.StateDict;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;

/** Noisy latents to the noise in them. */
final class UnetComponent implements Component {
  private static final String MAPS = "[batch, channels, height, width]";

  @Override
  public String name() {
    return "unet";
  }

  @Override
  public String description() {
    return "The conditional UNet of Versatile Diffusion for images, or of Stable Diffusion Image"
        + " Variations. The configuration may be left out: it follows from the weights, but for the"
        + " heads, of which 8 are taken for granted then, and the 32 groups of its norms.";
  }

  @Override
  public Record exampleConfig() {
    return ConditionalUnetConfig.versatileDiffusion();
  }

  @Override
  public List<Axes> inputs() {
    return List.of(
        Axes.of("sample", MAPS, "noisy latents, scaled by 0.18215"),
        new Axes("timestep", "int64", "[batch] or [1]", "how noisy each sample is, from 0", false),
        Axes.of("condition", Axes.TOKENS, "CLIP tokens of what they show; any number of them"));
  }

  @Override
  public List<Axes> outputs() {
    return List.of(Axes.of("predicted", MAPS, "the noise in the sample"));
  }

  @Override
  public void run(Job job) throws IOException {
    ConditionalUnetConfig given = job.hasConfig() ? job.config(ConditionalUnetConfig.class) : null;
    NDArray noisy = job.input("sample", DataType.FLOAT32);
    NDArray condition = job.input("condition", DataType.FLOAT32);
    int[] timesteps = timesteps(job, Math.toIntExact(noisy.getShape().get(0)));
    try (GradMode off = GradMode.off();
        StateDict weights = job.weights();
        ConditionalUnet network = job.unet(weights, given)) {
      job.put("predicted", network.forward(noisy, condition, timesteps));
    }
  }

  private static int[] timesteps(Job job, int batch) {
    NDArray given = job.input("timestep", DataType.INT64);
    long[] each = given.toLongArray();
    if (each.length != 1 && each.length != batch) {
      throw job.malformed(
          "timestep", "one for each sample, or one for all", "shape " + given.getShape());
    }
    int[] timesteps = new int[batch];
    for (int i = 0; i < batch; i++) {
      long timestep = each[each.length == 1 ? 0 : i];
      if (timestep < 0 || timestep > Integer.MAX_VALUE) {
        throw job.malformed("timestep", "numbers from 0", Long.toString(timestep));
      }
      timesteps[i] = (int) timestep;
    }
    return timesteps;
  }
}
