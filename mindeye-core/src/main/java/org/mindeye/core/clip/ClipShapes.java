// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.mindeye.Plural;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.ForeignFields;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorShape;

/**
 * What a file of weights says about the image tower it holds: everything but the heads and the
 * activation, which are in its metadata or belong to the published networks of that width.
 */
final class ClipShapes {
  /** Heads of the towers that OpenAI and OpenCLIP have published, by width. */
  private static final Map<Integer, Integer> HEADS =
      Map.of(384, 6, 512, 8, 640, 10, 768, 12, 896, 14, 1024, 16, 1280, 16, 1408, 16, 1664, 16);

  /** Towers of these widths were published with either activation. */
  private static final Set<Integer> OPEN_AI = Set.of(768, 1024);

  private static final String LAYERS = "vision_model.encoder.layers.";
  private static final String HOW =
      "give the configuration (VisionTransformerConfig), for example the config.json"
          + " published beside the weights";

  private final StateDict tower;
  private final boolean openClip;

  private ClipShapes(StateDict file) {
    tower = ClipWeights.of(file);
    openClip = ClipWeights.isOtherLayout(file.unwrapped());
  }

  /** See {@link VisionTransformerConfig#of}. */
  static VisionTransformerConfig config(StateDict file) {
    ClipShapes shapes = new ClipShapes(file);
    Optional<VisionTransformerConfig> noted =
        Document.noted(file, VisionTransformerConfig.METADATA).map(VisionTransformerConfig::of);
    noted.ifPresent(config -> shapes.requireFits(config, "its metadata"));
    return noted.orElseGet(shapes::published);
  }

  /** What {@link #config} took from elsewhere than the file. */
  static Optional<String> assumptions(StateDict file) {
    if (file.metadata().containsKey(VisionTransformerConfig.METADATA)) {
      return Optional.empty();
    }
    VisionTransformerConfig config = config(file);
    String other =
        config.activation() == Nonlinearity.GELU
            ? ""
            : "; weights trained by OpenCLIP need GELU: give their configuration";
    return Optional.of(
        Plural.of(config.heads(), "head")
            + " and "
            + config.activation()
            + " are assumed, as published for this width, since weights do not determine them"
            + other);
  }

  /** Refuses a configuration that the shapes contradict, in one line. */
  static void requireFits(StateDict file, VisionTransformerConfig config) {
    new ClipShapes(file).requireFits(config, "the configuration");
  }

  private void requireFits(VisionTransformerConfig config, String whose) {
    VisionTransformerConfig found = withRest(config.heads(), config.activation());
    if (!found.equals(config)) {
      throw new MalformedFileException(
          tower.source(),
          "a CLIP image tower of " + inWords(config) + ", as " + whose + " says,",
          "tensors of " + inWords(found));
    }
  }

  private static String inWords(VisionTransformerConfig config) {
    return String.format(
        Locale.ROOT,
        "hidden %d, intermediate %d, %s, image %d, patch %d, projection %d",
        config.hidden(),
        config.intermediate(),
        Plural.of(config.layers(), "layer"),
        config.patches().imageSize(),
        config.patches().patchSize(),
        config.projection());
  }

  private VisionTransformerConfig published() {
    int hidden = hidden();
    Integer heads = HEADS.get(hidden);
    if (heads == null) {
      throw new MalformedFileException(
          tower.source(),
          "the shape of its image tower in the metadata, or the width of a published one",
          "a width of " + hidden + ", which does not determine the number of heads; " + HOW);
    }
    if (openClip && OPEN_AI.contains(hidden)) {
      throw new MalformedFileException(
          tower.source(),
          "the shape of its image tower in the metadata",
          "none, and towers of width "
              + hidden
              + " in this layout need QUICK_GELU if they are OpenAI's and GELU if they are"
              + " OpenCLIP's; "
              + HOW);
    }
    boolean openAi = OPEN_AI.contains(hidden);
    return withRest(heads, openAi ? Nonlinearity.QUICK_GELU : Nonlinearity.GELU);
  }

  private int hidden() {
    return (int) patches().get(0);
  }

  private TensorShape patches() {
    return shape("vision_model.embeddings.patch_embedding.weight", 4);
  }

  /** What the shapes determine, and what they do not. */
  private VisionTransformerConfig withRest(int heads, Nonlinearity activation) {
    TensorShape patches = patches();
    TensorShape positions = shape("vision_model.embeddings.position_embedding.weight", 2);
    long grid = Math.round(Math.sqrt(positions.get(0) - 1));
    if (grid * grid != positions.get(0) - 1 || grid < 1 || patches.get(2) != patches.get(3)) {
      throw new MalformedFileException(
          tower.source(),
          "positions of a class token and a square of square patches",
          positions.get(0) + " positions, patches of " + patches);
    }
    return ForeignFields.accepted(
        tower.source(),
        PublishedClipFiles.SHAPE,
        () ->
            new VisionTransformerConfig(
                (int) patches.get(0),
                (int) shape(LAYERS + "0.mlp.fc1.weight", 2).get(0),
                layers(),
                heads,
                new PatchGrid((int) (grid * patches.get(3)), (int) patches.get(3)),
                (int) shape("visual_projection.weight", 2).get(0),
                activation));
  }

  private int layers() {
    int layers = 0;
    while (tower.names().contains(LAYERS + layers + ".layer_norm1.weight")) {
      layers++;
    }
    return layers;
  }

  private TensorShape shape(String name, int axes) {
    String tensor = tower.source() + ": tensor '" + name + "'";
    if (!tower.names().contains(name)) {
      throw new MalformedFileException(
          tensor,
          "this tensor, as every CLIP image tower has it",
          "none of that name" + tower.prefixRemedy(name));
    }
    TensorShape shape = tower.info(name).shape();
    boolean sizes = LongStream.of(shape.axes()).allMatch(n -> n > 0 && n <= 1 << 20);
    if (shape.dimension() != axes || !sizes) {
      throw new MalformedFileException(
          tensor, Plural.of(axes, "axis") + " from 1 to 2^20", shape.toString());
    }
    return shape;
  }
}
