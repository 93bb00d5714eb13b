// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightShapes;
import org.mindeye.formats.tensor.MalformedFileException;

/** What the names and shapes of weights say about the UNet they are of. */
final class UnetWeights {
  /** Of every published UNet; shapes do not tell it. */
  private static final int GROUPS = 32;

  /** In files of Versatile Diffusion's dual-guided pipeline: that of images, then that of texts. */
  private static final Pattern IMAGES =
      Pattern.compile("(attentions\\.\\d+\\.)transformers\\.0\\.");

  private static final Pattern TEXTS = Pattern.compile("attentions\\.\\d+\\.transformers\\.1\\.");
  private static final String PROJECTION = "mid_block.attentions.0.proj_in.weight";
  private static final String KEYS =
      "mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight";

  private UnetWeights() {}

  /**
   * A file's tensors under their network's names, the second transformers of a dual-guided pipeline
   * left out: they add nothing to what is painted from images alone.
   */
  static StateDict of(StateDict file) {
    StateDict weights = Objects.requireNonNull(file, "file").unwrapped();
    if (weights.names().stream().anyMatch(name -> IMAGES.matcher(name).find())) {
      weights =
          weights
              .filtered(name -> !TEXTS.matcher(name).find())
              .renamed(name -> IMAGES.matcher(name).replaceFirst("$1"));
    }
    requireConvolutions(weights);
    return weights;
  }

  private static void requireConvolutions(StateDict weights) {
    WeightShapes shapes = shapes(weights);
    if (shapes.has(PROJECTION) && weights.info(PROJECTION).shape().dimension() == 2) {
      throw shapes.malformed(
          PROJECTION,
          "a convolution of 1 x 1, as Versatile Diffusion and Stable Diffusion 1 have it,",
          "a matrix: this is a UNet with use_linear_projection, as of Stable Diffusion 2, which is"
              + " not supported");
    }
  }

  /** A published file's. */
  static ConditionalUnetConfig configure(StateDict weights) {
    List<Integer> channels = channels(weights);
    if (channels.stream().anyMatch(width -> width % GROUPS != 0)) {
      throw new MalformedFileException(
          weights.source(),
          "channels that are multiples of the published "
              + GROUPS
              + " groups, or metadata "
              + ConditionalUnetConfig.METADATA
              + " that note others (give the configuration instead)",
          "channels " + channels + " without metadata");
    }
    ConditionalUnetConfig published = ConditionalUnetConfig.versatileDiffusion();
    return withShapes(weights, channels, published, GROUPS);
  }

  /** Refuses a stated configuration that names and shapes contradict. */
  static ConditionalUnetConfig requireFits(
      StateDict weights, ConditionalUnetConfig noted, String whose) {
    List<Integer> channels = channels(weights);
    boolean possible = channels.equals(noted.stages().channels());
    if (!possible || !withShapes(weights, channels, noted, noted.stages().groups()).equals(noted)) {
      throw new MalformedFileException(
          weights.source(),
          "tensors of " + noted + ", as " + whose + " says,",
          "tensors of "
              + (possible
                  ? withShapes(weights, channels, noted, noted.stages().groups())
                  : "channels " + channels));
    }
    return noted;
  }

  /** What shapes determine, and another configuration's numbers where they do not. */
  private static ConditionalUnetConfig withShapes(
      StateDict weights, List<Integer> channels, ConditionalUnetConfig rest, int groups) {
    WeightShapes shapes = shapes(weights);
    List<Boolean> attention =
        IntStream.range(0, channels.size())
            .mapToObj(i -> shapes.has("down_blocks." + i + ".attentions.0.norm.weight"))
            .toList();
    int blocks = shapes.count(i -> resnet(0, i));
    return new ConditionalUnetConfig(
        new UnetStages(channels, attention, blocks, groups),
        rest.heads(),
        new ClipSpace(rest.condition().tokens(), shapes.axis(KEYS, 1, 2)),
        shapes.axis("conv_in.weight", 1, 4),
        rest.side());
  }

  private static List<Integer> channels(StateDict weights) {
    WeightShapes shapes = shapes(weights);
    int stages = shapes.count(i -> resnet(i, 0));
    return shapes.each(Math.max(1, stages), i -> resnet(i, 0), 0, 4);
  }

  private static WeightShapes shapes(StateDict weights) {
    return new WeightShapes(weights, "a conditional UNet");
  }

  private static String resnet(int stage, int block) {
    return "down_blocks." + stage + ".resnets." + block + ".conv1.weight";
  }
}
