// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.mindeye.core.tensor.ClipSpace;

/** The painters that others have published as folders of diffusers. */
public enum PainterKind {
  /** Paints from all tokens of CLIP's last layer: the one that MindEye was published with. */
  VERSATILE_DIFFUSION(
      "shi-labs/versatile-diffusion",
      "image_unet",
      ClipSpace.VIT_L_14_HIDDEN,
      List.of(
          "VersatileDiffusionPipeline",
          "VersatileDiffusionDualGuidedPipeline",
          "VersatileDiffusionImageVariationPipeline")),
  /** Paints from CLIP's final embedding. */
  IMAGE_VARIATIONS(
      "lambdalabs/sd-image-variations-diffusers",
      "unet",
      ClipSpace.VIT_L_14_FINAL,
      List.of("StableDiffusionImageVariationPipeline"));

  private final String repository;
  private final String unet;
  private final ClipSpace published;
  private final List<String> pipelines;

  PainterKind(String repository, String unet, ClipSpace published, List<String> pipelines) {
    this.repository = repository;
    this.unet = unet;
    this.published = published;
    this.pipelines = pipelines;
  }

  static Optional<PainterKind> of(String pipeline) {
    return Arrays.stream(values()).filter(kind -> kind.pipelines.contains(pipeline)).findFirst();
  }

  /** Where both are, for messages about what is something else. */
  static String sources() {
    return "get one from "
        + VERSATILE_DIFFUSION.repository
        + " or "
        + IMAGE_VARIATIONS.repository
        + "; this library downloads nothing";
  }

  /** Where what is missing comes from. */
  String source() {
    return "Get it from the same folder of " + repository + "; this library downloads nothing";
  }

  /**
   * Who has published it, under which name.
   *
   * @return owner and repository
   */
  public String repository() {
    return repository;
  }

  /** The folder of its UNet. */
  String unet() {
    return unet;
  }

  /** The tokens that the published one paints from. */
  ClipSpace published() {
    return published;
  }
}
