// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.mindeye.core.document.ForeignFields;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.UnetStages;

/** {@code config.json} of diffusers' {@code UNet2DConditionModel}. */
final class PublishedUnetFile {
  private static final String CLASS = "UNet2DConditionModel";
  private static final String DOWN = "down_block_types";
  private static final String UP = "up_block_types";
  private static final String ATTENDING = "CrossAttn";

  /** Fields of a single supported value. */
  private static final Map<String, Object> FIXED = new LinkedHashMap<>();

  static {
    FIXED.put("center_input_sample", false);
    FIXED.put("flip_sin_to_cos", true);
    FIXED.put("freq_shift", 0);
    FIXED.put("only_cross_attention", false);
    FIXED.put("downsample_padding", 1);
    FIXED.put("mid_block_type", "UNetMidBlock2DCrossAttn");
    FIXED.put("mid_block_scale_factor", 1);
    FIXED.put("act_fn", "silu");
    FIXED.put("norm_eps", 1e-5);
    FIXED.put("transformer_layers_per_block", 1);
    FIXED.put("use_linear_projection", false);
    FIXED.put("class_embed_type", "none");
    FIXED.put("num_class_embeds", "none");
    FIXED.put("resnet_time_scale_shift", "default");
    FIXED.put("resnet_out_scale_factor", 1);
    FIXED.put("time_embedding_type", "positional");
    FIXED.put("attention_type", "default");
    FIXED.put("conv_in_kernel", 3);
    FIXED.put("conv_out_kernel", 3);
  }

  /** Fields that are read, and fields that change nothing unless another one is set. */
  private static final Set<String> READ =
      Set.of(
          "addition_embed_type_num_heads",
          "attention_head_dim",
          "block_out_channels",
          "cross_attention_dim",
          DOWN,
          "dual_cross_attention", // the names of the weights tell it
          "dropout",
          "in_channels",
          "layers_per_block",
          "norm_num_groups",
          "out_channels",
          "sample_size",
          UP,
          "upcast_attention");

  private PublishedUnetFile() {}

  /**
   * What a file says.
   *
   * @param condition the tokens that the UNet was trained to paint from, which the file does not
   *     say all of
   */
  static ConditionalUnetConfig of(ForeignFields file, ClipSpace condition) {
    String name = file.text("_class_name", CLASS);
    if (!name.equals(CLASS)) {
      String text = name.contains("Flat") ? ", which paints texts and belongs into text_unet" : "";
      throw file.malformed("the configuration of a " + CLASS, "that of a " + name + text);
    }
    Set<String> known = new TreeSet<>(READ);
    known.addAll(FIXED.keySet());
    file.requireKnown(known);
    FIXED.forEach(file::requireOnly);
    int width = file.number("cross_attention_dim");
    if (width != condition.width()) {
      throw file.malformed(
          "a cross_attention_dim of "
              + condition.width()
              + ", the width of the tokens "
              + condition
              + ",",
          Integer.toString(width));
    }
    int channels = file.number("in_channels", 4);
    if (file.number("out_channels", 4) != channels) {
      throw file.malformed(
          "as many out_channels as in_channels, " + channels + ",",
          Integer.toString(file.number("out_channels", 4)));
    }
    return ForeignFields.accepted(
        file.source(),
        "the shape of a conditional UNet",
        () ->
            new ConditionalUnetConfig(
                stages(file),
                file.number("attention_head_dim", ConditionalUnetConfig.PUBLISHED_HEADS),
                condition,
                channels,
                file.number("sample_size", ConditionalUnetConfig.PUBLISHED_SIDE)));
  }

  private static UnetStages stages(ForeignFields file) {
    List<String> down = file.texts(DOWN);
    List<Boolean> attention = new ArrayList<>();
    for (String kind : down) {
      boolean attends = kind.startsWith(ATTENDING);
      if (!kind.equals(attends ? ATTENDING + "DownBlock2D" : "DownBlock2D")) {
        throw file.malformed(DOWN + " of CrossAttnDownBlock2D and DownBlock2D", kind);
      }
      attention.add(attends);
    }
    List<String> mirrored =
        new ArrayList<>(down.stream().map(kind -> kind.replace("Down", "Up")).toList());
    Collections.reverse(mirrored);
    if (!file.texts(UP).equals(mirrored)) {
      throw file.malformed(
          UP + " " + mirrored + ", as " + DOWN + " are,", file.texts(UP).toString());
    }
    return new UnetStages(
        file.numbers("block_out_channels"),
        attention,
        file.number("layers_per_block"),
        file.number("norm_num_groups", 32));
  }
}
