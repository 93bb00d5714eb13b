// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mindeye.core.weights.DerivedStateDict;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Published CLIP weights under the names of {@link ClipVisionTransformer}. Files come in two
 * layouts: Hugging Face's, which the network uses itself, and the one of OpenAI and OpenCLIP, which
 * keeps queries, keys and values in one matrix and the projection transposed. Names decide, never
 * shapes: a square projection would be ambiguous.
 */
final class ClipWeights {
  /** What Hugging Face files hold besides the image tower. */
  static final String[] NOT_VISION = {
    "text_model.*", "text_projection.weight", "logit_scale", "*.position_ids"
  };

  private static final String OTHER_LAYOUT = "visual.";
  private static final String CLASS = "class_embedding";
  private static final String OURS = "vision_model.embeddings.";
  private static final Pattern BLOCK = Pattern.compile("transformer\\.resblocks\\.(\\d+)\\.(.+)");
  private static final List<String> IN_ORDER = List.of("q_proj.", "k_proj.", "v_proj.");

  private static final Map<String, String> OUTSIDE_BLOCKS =
      Map.of(
          CLASS,
          OURS + CLASS,
          "positional_embedding",
          "vision_model.embeddings.position_embedding.weight",
          "conv1.weight",
          "vision_model.embeddings.patch_embedding.weight",
          "ln_pre.weight",
          "vision_model.pre_layrnorm.weight",
          "ln_pre.bias",
          "vision_model.pre_layrnorm.bias",
          "ln_post.weight",
          "vision_model.post_layernorm.weight",
          "ln_post.bias",
          "vision_model.post_layernorm.bias");

  private static final Map<String, String> IN_BLOCKS =
      Map.of(
          "ln_1", "layer_norm1",
          "ln_2", "layer_norm2",
          "attn.out_proj", "self_attn.out_proj",
          "mlp.c_fc", "mlp.fc1",
          "mlp.c_proj", "mlp.fc2");

  private ClipWeights() {}

  /** The image tower's tensors under Hugging Face's names, with whatever else the file holds. */
  static StateDict of(StateDict file) {
    StateDict plain = file.unwrapped();
    Set<String> names = plain.names();
    if (names.stream().anyMatch(name -> name.startsWith(OTHER_LAYOUT + "trunk."))) {
      throw new MalformedFileException(
          file.source(),
          "an image tower in the layout of Hugging Face (vision_model.*), or of OpenAI and OpenCLIP"
              + " (visual.*)",
          "OpenCLIP's wrapper around a timm model (visual.trunk.*); take one of OpenCLIP's own"
              + " towers, ViT-L-14 for example");
    }
    StateDict tower = inOurNames(plain);
    requireProjection(tower);
    return tower;
  }

  private static StateDict inOurNames(StateDict plain) {
    Set<String> names = plain.names();
    if (names.contains(OTHER_LAYOUT + CLASS)) {
      return fromOtherLayout(plain.under(OTHER_LAYOUT));
    }
    if (isOtherLayout(plain)) {
      return fromOtherLayout(plain);
    }
    return plain
        .withPrefixStripped(names.contains(OTHER_LAYOUT + OURS + CLASS) ? OTHER_LAYOUT : "")
        .renamed(name -> name.replace("vision_model.pre_layernorm.", "vision_model.pre_layrnorm."));
  }

  /** Whether the names are those of OpenAI and OpenCLIP: the tower's alone, or the model's. */
  static boolean isOtherLayout(StateDict plain) {
    return plain.names().contains(OTHER_LAYOUT + CLASS)
        || plain.names().contains(CLASS) && plain.names().contains("conv1.weight");
  }

  private static void requireProjection(StateDict tower) {
    String name = "visual_projection.weight";
    if (tower.names().contains(OURS + CLASS) && !tower.names().contains(name)) {
      throw new MalformedFileException(
          tower.source(),
          "an image tower with its projection, '" + name + "'",
          "one without (CLIPVisionModel); save CLIPVisionModelWithProjection or the whole"
              + " CLIPModel");
    }
  }

  private static StateDict fromOtherLayout(StateDict visual) {
    DerivedStateDict.Builder tower = DerivedStateDict.from(visual);
    for (String name : visual.names()) {
      Matcher block = BLOCK.matcher(name);
      if (name.equals("proj")) {
        tower.addTransposed("visual_projection.weight", name);
      } else if (block.matches()) {
        String layer = "vision_model.encoder.layers." + block.group(1) + ".";
        addToLayer(tower, visual, name, layer, block.group(2));
      } else {
        // An unknown name stays as it is, and the network refuses it.
        tower.add(OUTSIDE_BLOCKS.getOrDefault(name, name), name);
      }
    }
    return tower.build();
  }

  private static void addToLayer(
      DerivedStateDict.Builder tower, StateDict visual, String name, String layer, String inner) {
    if (inner.startsWith("attn.in_proj_")) {
      String kind = inner.substring("attn.in_proj_".length());
      long width = thirdOfRows(visual, name);
      for (int i = 0; i < 3; i++) {
        String target = layer + "self_attn." + IN_ORDER.get(i) + kind;
        tower.addRows(target, name, i * width, (i + 1) * width);
      }
      return;
    }
    int dot = inner.lastIndexOf('.');
    String module = dot < 0 ? inner : inner.substring(0, dot);
    String kind = dot < 0 ? "" : inner.substring(dot);
    String renamed = IN_BLOCKS.get(module);
    tower.add(renamed == null ? name : layer + renamed + kind, name);
  }

  private static long thirdOfRows(StateDict visual, String name) {
    var shape = visual.info(name).shape();
    if (shape.dimension() == 0 || shape.get(0) % 3 != 0) {
      throw new MalformedFileException(
          visual.source() + ": tensor 'visual." + name + "'",
          "queries, keys and values, one above the other",
          "shape " + shape);
    }
    return shape.get(0) / 3;
  }
}
