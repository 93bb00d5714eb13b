// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.core.nn.Network;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.UnetStages;
import org.mindeye.testkit.DiffusersFiles;
import org.mindeye.testkit.PublishedWeights;

/** Painters' folders under the published names, small ones and those of the published size. */
final class PainterFiles {
  static final AutoencoderConfig SMALL_VAE =
      new AutoencoderConfig(new ConvolutionStages(List.of(8, 16), 1, 4), 4, 0.18215);

  private PainterFiles() {}

  /** The small UNet of a kind. */
  static ConditionalUnetConfig smallUnet(PainterKind kind) {
    int tokens = kind == PainterKind.VERSATILE_DIFFUSION ? 5 : 1;
    return new ConditionalUnetConfig(
        new UnetStages(List.of(8, 16), List.of(true, false), 2, 4),
        2,
        new ClipSpace(tokens, 8),
        4,
        4);
  }

  static DiffusersFiles small(PainterKind kind) {
    return new DiffusersFiles(
        pipeline(kind),
        kind.unet(),
        DiffusersFiles.unetJson(List.of(8, 16), 4, 2, 8, 4),
        weights(new ConditionalUnet(smallUnet(kind))),
        DiffusersFiles.vaeJson(List.of(8, 16), 1, 4),
        weights(new AutoencoderKl(SMALL_VAE)),
        DiffusersFiles.towerJson(16, 1, 2, 64, 32, 8));
  }

  /** Versatile Diffusion at its full size. */
  static DiffusersFiles published() {
    return new DiffusersFiles(
        pipeline(PainterKind.VERSATILE_DIFFUSION),
        PainterKind.VERSATILE_DIFFUSION.unet(),
        DiffusersFiles.unetJson(List.of(320, 640, 1280, 1280), 32, 8, 768, 64),
        weights(new ConditionalUnet(ConditionalUnetConfig.versatileDiffusion())),
        DiffusersFiles.vaeJson(List.of(128, 256, 512, 512), 2, 32),
        weights(new AutoencoderKl(AutoencoderConfig.stableDiffusion())),
        DiffusersFiles.towerJson(1024, 24, 16, 224, 14, 768));
  }

  static PublishedWeights weights(Network declared, String... but) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    declared.getParameters().forEach(p -> shapes.put(p.getKey(), p.getValue().getShape()));
    declared.close();
    List.of(but).forEach(shapes::remove);
    return PublishedWeights.of(shapes);
  }

  private static String pipeline(PainterKind kind) {
    return kind == PainterKind.VERSATILE_DIFFUSION
        ? "VersatileDiffusionPipeline"
        : "StableDiffusionImageVariationPipeline";
  }
}
