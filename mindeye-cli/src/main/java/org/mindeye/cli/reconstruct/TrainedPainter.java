// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.reconstruction.LatentProcess;
import org.mindeye.reconstruction.PainterConfig;
import org.mindeye.reconstruction.VersatileDiffusionDecoder;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;

/**
 * Networks of your own in a folder: {@value #UNET}, {@value #AUTOENCODER} and perhaps {@value
 * #CLIP}, all of them with metadata of their shapes.
 *
 * @param folder where they are
 * @param unet the UNet's shape
 * @param config how it paints
 */
record TrainedPainter(Path folder, ConditionalUnetConfig unet, PainterConfig config)
    implements PainterPlace {
  static final String UNET = "unet.safetensors";
  static final String AUTOENCODER = "autoencoder.safetensors";
  static final String CLIP = "clip.safetensors";

  /** Networks of your own are small beside the published ones, which paint one at a time. */
  private static final int AT_ONCE = 16;

  /** Whether a folder is meant to be such a one, complete or not. */
  static boolean isOne(Path folder) {
    return Files.isRegularFile(folder.resolve(UNET));
  }

  /**
   * Looks at a folder; no numbers are read.
   *
   * @param folder with both files
   * @return what is there
   * @throws IOException if a file is missing or cannot be read
   * @throws org.mindeye.MindEyeException if one holds something else
   */
  static TrainedPainter open(Path folder) throws IOException {
    Path autoencoder = folder.resolve(AUTOENCODER);
    if (!Files.isRegularFile(autoencoder)) {
      throw new NoSuchFileException(
          folder.toString(),
          null,
          "it has a "
              + UNET
              + " but no "
              + AUTOENCODER
              + ", whose latents that paints; put it"
              + " there");
    }
    try (StateDict tensors = WeightFiles.open(autoencoder)) {
      AutoencoderConfig.of(tensors).requireFits(tensors);
    }
    try (StateDict tensors = WeightFiles.open(folder.resolve(UNET))) {
      ConditionalUnetConfig shape = ConditionalUnetConfig.of(tensors);
      shape.requireFits(tensors);
      return new TrainedPainter(folder, shape, PainterConfig.trained(LatentProcess.of(tensors)));
    }
  }

  @Override
  public Map<String, List<Path>> files() {
    return Map.of(
        "unet", List.of(folder.resolve(UNET)), "autoencoder", List.of(folder.resolve(AUTOENCODER)));
  }

  @Override
  public Optional<Path> imageEncoder() {
    return Optional.of(folder.resolve(CLIP)).filter(Files::isRegularFile);
  }

  @Override
  public String missingEncoder() {
    return folder + " has no " + CLIP;
  }

  @Override
  public VersatileDiffusionDecoder load(Precision precision, Device device) throws IOException {
    VersatileDiffusionDecoder decoder =
        VersatileDiffusionDecoder.load(
            folder.resolve(UNET), folder.resolve(AUTOENCODER), precision, device);
    return decoder.withConfig(decoder.config().withBatch(AT_ONCE));
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
