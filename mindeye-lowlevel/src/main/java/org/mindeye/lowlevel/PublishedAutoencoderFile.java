// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.mindeye.core.document.ForeignFields;

/**
 * {@code config.json} of diffusers' {@code AutoencoderKL}. What is left out has diffusers' default:
 * the scale of latents, for example, which files of 2022 do not state.
 */
final class PublishedAutoencoderFile {
  private static final String CLASS = "AutoencoderKL";
  private static final String SHAPE = "the shape of an autoencoder";
  private static final int COLORS = 3;

  /**
   * Everything that changes no number here: the size of pictures in training, how float16 is run,
   * and what is read or checked below.
   */
  private static final Set<String> KNOWN =
      Set.of(
          "act_fn",
          "block_out_channels",
          "down_block_types",
          "force_upcast",
          "in_channels",
          "latent_channels",
          "layers_per_block",
          "mid_block_add_attention",
          "norm_num_groups",
          "out_channels",
          "sample_size",
          "scaling_factor",
          "up_block_types",
          "use_post_quant_conv",
          "use_quant_conv");

  private PublishedAutoencoderFile() {}

  /** Whether it is such a file, of whatever network. */
  static boolean isOne(ForeignFields file) {
    return file.has("_class_name") || file.has("block_out_channels");
  }

  static AutoencoderConfig of(ForeignFields file) {
    String name = file.text("_class_name", CLASS);
    if (!name.equals(CLASS)) {
      throw file.malformed("the configuration of an " + CLASS, "that of another class, " + name);
    }
    file.requireKnown(KNOWN);
    file.requireOnly("act_fn", "silu");
    file.requireOnly("in_channels", COLORS);
    file.requireOnly("out_channels", COLORS);
    file.requireOnly("use_quant_conv", true);
    file.requireOnly("use_post_quant_conv", true);
    file.requireOnly("mid_block_add_attention", true);
    List<Integer> channels = file.numbers("block_out_channels");
    requireBlocks(file, "down_block_types", "DownEncoderBlock2D", channels.size());
    requireBlocks(file, "up_block_types", "UpDecoderBlock2D", channels.size());
    return ForeignFields.accepted(
        file.source(),
        SHAPE,
        () ->
            new AutoencoderConfig(
                new ConvolutionStages(
                    channels, file.number("layers_per_block"), file.number("norm_num_groups", 32)),
                file.number("latent_channels", 4),
                file.fraction("scaling_factor", AutoencoderConfig.STABLE_DIFFUSION_SCALE)));
  }

  private static void requireBlocks(ForeignFields file, String field, String kind, int stages) {
    List<String> blocks = file.texts(field);
    if (blocks.size() != stages || !blocks.stream().allMatch(Predicate.isEqual(kind))) {
      throw file.malformed(field + " of " + stages + " times " + kind, blocks.toString());
    }
  }
}
