// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.lowlevel.AutoencoderConfig;

/**
 * The shape of a conditional UNet.
 *
 * @param stages of the ways down and up
 * @param heads of every attention, which share its width evenly; diffusers' {@code
 *     attention_head_dim}, despite its name
 * @param condition the tokens it was trained to paint from; their width is diffusers' {@code
 *     cross_attention_dim}
 * @param channels numbers per position of the latents; diffusers' {@code in_channels} and {@code
 *     out_channels}
 * @param side rows and columns of the latents it was trained on; diffusers' {@code sample_size}
 */
public record ConditionalUnetConfig(
    UnetStages stages, int heads, ClipSpace condition, int channels, int side) {
  /** Under which key the metadata of a file of weights note their configuration, in JSON. */
  public static final String METADATA = "mindeye.unet";

  /** Heads of the published networks, which shapes of weights do not tell. */
  public static final int PUBLISHED_HEADS = 8;

  /** Rows and columns of the published networks' latents: of 512 x 512 pixels. */
  public static final int PUBLISHED_SIDE = 64;

  /** Checks the numbers against each other. */
  public ConditionalUnetConfig {
    Objects.requireNonNull(stages, "stages");
    Objects.requireNonNull(condition, "condition");
    int first = stages.channels().get(0);
    if (first < 4 || first % 2 != 0) {
      throw new IllegalArgumentException(
          "channels of the first stage: expected an even number from 4 on, as sines and cosines of"
              + " the timestep come in pairs, but was "
              + first);
    }
    for (int stage = 0; stage < stages.count(); stage++) {
      boolean attends = stage == stages.count() - 1 || stages.attention().get(stage);
      int width = stages.channels().get(stage);
      if (heads < 1 || attends && width % heads != 0) {
        throw new IllegalArgumentException(
            "heads: expected a number that divides the "
                + width
                + " channels of stage "
                + stage
                + " (from 0), where there is attention, but was "
                + heads);
      }
    }
    if (channels < 1) {
      throw new IllegalArgumentException("channels: expected at least 1 but was " + channels);
    }
    if (side < 1 || side % stages.reduction() != 0) {
      throw new IllegalArgumentException(
          "side: expected a multiple of "
              + stages.reduction()
              + ", by which the stages reduce it, but was "
              + side);
    }
  }

  /**
   * Versatile Diffusion's image UNet: 859,520,964 parameters, painting from all tokens of ViT-L/14.
   *
   * @return the published configuration
   */
  public static ConditionalUnetConfig versatileDiffusion() {
    return new ConditionalUnetConfig(
        new UnetStages(List.of(320, 640, 1280, 1280), List.of(true, true, true, false), 2, 32),
        PUBLISHED_HEADS,
        ClipSpace.VIT_L_14_HIDDEN,
        AutoencoderConfig.stableDiffusion().latentChannels(),
        PUBLISHED_SIDE);
  }

  /**
   * Stable Diffusion Image Variations' UNet: the same network, painting from one token, the final
   * layer of ViT-L/14.
   *
   * @return the published configuration
   */
  public static ConditionalUnetConfig imageVariations() {
    return versatileDiffusion().withCondition(ClipSpace.VIT_L_14_FINAL);
  }

  /**
   * Reads the configuration that the file notes under {@link #METADATA}, as this library's do. Of
   * published files, which note nothing, the shapes tell the stages, channels and the width of the
   * condition; that there are {@value #PUBLISHED_HEADS} heads, 32 groups, and latents and condition
   * as many as {@link #versatileDiffusion()} has is taken for granted then. Other UNets without
   * metadata are loaded by {@link ConditionalUnet#load(StateDict, ConditionalUnetConfig,
   * ai.djl.Device)}.
   *
   * @param file holds a UNet's tensors, alone or beside the transformers of texts with which
   *     Versatile Diffusion's dual-guided pipeline is saved; stays open
   * @return the configuration
   * @throws MalformedFileException if the tensors are not such a UNet's, contradict the metadata,
   *     or cannot have 32 groups where nothing is noted; if the metadata lack a key, have an
   *     unknown one, or are of a later schema: names it
   */
  public static ConditionalUnetConfig of(StateDict file) {
    StateDict weights = UnetWeights.of(file);
    return Document.noted(file, METADATA)
        .map(noted -> noted.as(ConditionalUnetConfig.class))
        .map(noted -> UnetWeights.requireFits(weights, noted, "its metadata"))
        .orElseGet(() -> UnetWeights.configure(weights));
  }

  /**
   * Refuses weights of another shape, from their names and shapes alone, and weights that note
   * another configuration.
   *
   * @param file holds a UNet's tensors; stays open
   * @throws MalformedFileException if they are another UNet's: says in one line what they are
   * @throws org.mindeye.core.weights.WeightMismatchException if tensors are missing, unknown or
   *     misshapen
   */
  public void requireFits(StateDict file) {
    StateDict weights = UnetWeights.of(file);
    UnetWeights.requireFits(weights, this, "the configuration");
    ConditionalUnetConfig noted =
        Document.noted(file, METADATA).map(n -> n.as(ConditionalUnetConfig.class)).orElse(this);
    if (!noted.equals(this)) {
      throw new MalformedFileException(
          file.source(), "metadata of " + this + ", as the configuration says,", noted.toString());
    }
    try (ConditionalUnet declared = new ConditionalUnet(this)) {
      WeightBinder.strict().requireFits(weights, declared);
    }
  }

  /**
   * What a file of weights should note, so that {@link #of} finds it.
   *
   * @return metadata for {@link org.mindeye.core.weights.WeightFiles#write(java.nio.file.Path,
   *     org.mindeye.core.nn.Network, Map)}
   */
  public Map<String, String> metadata() {
    return Map.of(METADATA, DocumentWriter.line(this));
  }

  /**
   * Another number of heads.
   *
   * @param newHeads of every attention
   * @return a changed copy
   */
  public ConditionalUnetConfig withHeads(int newHeads) {
    return new ConditionalUnetConfig(stages, newHeads, condition, channels, side);
  }

  /**
   * Other tokens to paint from.
   *
   * @param newCondition how many, and how wide
   * @return a changed copy
   */
  public ConditionalUnetConfig withCondition(ClipSpace newCondition) {
    return new ConditionalUnetConfig(stages, heads, newCondition, channels, side);
  }

  /**
   * Latents of another size.
   *
   * @param newSide rows and columns
   * @return a changed copy
   */
  public ConditionalUnetConfig withSide(int newSide) {
    return new ConditionalUnetConfig(stages, heads, condition, channels, newSide);
  }
}
