// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.lowlevel.LatentUpsampling;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.UnetStages;
import org.mindeye.testkit.DiffusersFiles;
import org.mindeye.testkit.PublishedWeights;
import org.mindeye.testkit.PublishedWeights.Form;

/** A painter of 8 x 8 pixels from tokens of width 8, and a low-level branch for it. */
public final class SmallPainter {
  private static final List<Integer> CHANNELS = List.of(8, 16);

  private SmallPainter() {}

  private static PublishedWeights weights(Network declared) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    declared.getParameters().forEach(p -> shapes.put(p.getKey(), p.getValue().getShape()));
    declared.close();
    return PublishedWeights.of(shapes);
  }

  /** Writes the folder; the tower's description says how many tokens there are. */
  public static Path write(Path folder, int patch) throws IOException {
    ConditionalUnetConfig unet =
        new ConditionalUnetConfig(
            new UnetStages(CHANNELS, List.of(true, false), 2, 4), 2, new ClipSpace(5, 8), 4, 4);
    AutoencoderConfig vae =
        new AutoencoderConfig(new ConvolutionStages(CHANNELS, 1, 4), 4, 0.18215);
    new DiffusersFiles(
            "VersatileDiffusionDualGuidedPipeline",
            "image_unet",
            DiffusersFiles.unetJson(CHANNELS, 4, 2, 8, 4),
            weights(new ConditionalUnet(unet)),
            DiffusersFiles.vaeJson(CHANNELS, 1, 4),
            weights(new AutoencoderKl(vae)),
            DiffusersFiles.towerJson(16, 1, 2, 64, patch, 8))
        .write(folder, Form.HALF_SAFETENSORS);
    return folder;
  }

  /** Writes the low-level branch of some voxels. */
  public static Path writeLowLevel(Path file, int voxels) throws IOException {
    LowLevelConfig config =
        new LowLevelConfig(
            voxels,
            new LowLevelConfig.Mlp(8, 1, 0.5, 0.25),
            LatentUpsampling.X4,
            new LowLevelConfig.Latents(4, 4),
            false);
    try (LowLevelNetwork network = new LowLevelNetwork(config)) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      WeightFiles.write(file, network, Map.of());
    }
    return file;
  }
}
