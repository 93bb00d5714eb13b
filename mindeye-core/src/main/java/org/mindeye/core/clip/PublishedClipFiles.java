// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import java.util.Optional;
import java.util.function.Function;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.ForeignFields;
import org.mindeye.core.nn.Nonlinearity;

/**
 * The files that others publish beside CLIP's weights: {@code config.json} of Hugging Face
 * transformers, which leaves out what is as in ViT-B/32, and {@code open_clip_config.json} of
 * OpenCLIP.
 */
final class PublishedClipFiles {
  /** The epsilon of all layer norms here. */
  private static final double EPSILON = 1e-5;

  static final String SHAPE = "the shape of a CLIP image tower";

  private PublishedClipFiles() {}

  /** What such a file says, if it is one. */
  static Optional<VisionTransformerConfig> of(Document document) {
    ForeignFields fields = ForeignFields.of(document);
    return reader(fields)
        .map(reader -> ForeignFields.accepted(fields.source(), SHAPE, () -> reader.apply(fields)));
  }

  private static Optional<Function<ForeignFields, VisionTransformerConfig>> reader(
      ForeignFields fields) {
    if (fields.has("model_cfg.embed_dim")) {
      return Optional.of(file -> openClip(file, "model_cfg."));
    }
    if (fields.has("embed_dim")) {
      return Optional.of(file -> openClip(file, ""));
    }
    String type = fields.root().path("model_type").asText();
    if (fields.has("vision_config") || type.equals("clip")) {
      return Optional.of(file -> transformers(file, "vision_config."));
    }
    return type.equals("clip_vision_model")
        ? Optional.of(file -> transformers(file, ""))
        : Optional.empty();
  }

  private static VisionTransformerConfig transformers(ForeignFields fields, String part) {
    double epsilon = fields.fraction(part + "layer_norm_eps", EPSILON);
    if (epsilon != EPSILON) {
      throw fields.malformed("layer_norm_eps " + EPSILON, epsilon + "");
    }
    String named = part + "hidden_act";
    String activation = fields.text(named, "quick_gelu");
    if (!activation.equals("quick_gelu") && !activation.equals("gelu")) {
      throw fields.malformed("hidden_act quick_gelu or gelu", "'" + activation + "'");
    }
    // The whole model has the width of the embeddings outside, the tower alone inside.
    int inside = fields.number(part + "projection_dim", 512);
    return new VisionTransformerConfig(
        fields.number(part + "hidden_size", 768),
        fields.number(part + "intermediate_size", 3072),
        fields.number(part + "num_hidden_layers", 12),
        fields.number(part + "num_attention_heads", 12),
        new PatchGrid(
            fields.number(part + "image_size", 224), fields.number(part + "patch_size", 32)),
        fields.number("projection_dim", inside),
        activation.equals("gelu") ? Nonlinearity.GELU : Nonlinearity.QUICK_GELU);
  }

  private static VisionTransformerConfig openClip(ForeignFields fields, String root) {
    String part = root + "vision_cfg.";
    if (fields.has(part + "timm_model_name")) {
      throw fields.malformed(
          "a vision transformer of OpenCLIP's own",
          "the timm model '" + fields.text(part + "timm_model_name") + "'");
    }
    int width = fields.number(part + "width", 768);
    int headWidth = fields.number(part + "head_width", 64);
    if (headWidth < 1) {
      throw fields.malformed("a head_width of 1 or more", headWidth + "");
    }
    return new VisionTransformerConfig(
        width,
        (int) Math.round(width * fields.fraction(part + "mlp_ratio", 4)),
        fields.number(part + "layers", 12),
        width / headWidth,
        new PatchGrid(
            fields.number(part + "image_size", 224), fields.number(part + "patch_size", 16)),
        fields.number(root + "embed_dim"),
        fields.truth(root + "quick_gelu", false) ? Nonlinearity.QUICK_GELU : Nonlinearity.GELU);
  }
}
