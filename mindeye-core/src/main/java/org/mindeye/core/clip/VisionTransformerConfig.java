// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.document.Migrated;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The shape of a CLIP vision transformer.
 *
 * <p>The activation belongs to the weights and cannot be read off their shapes: OpenAI's need
 * {@link Nonlinearity#QUICK_GELU}, those trained by OpenCLIP {@link Nonlinearity#GELU}.
 *
 * @param hidden width of the residual stream
 * @param intermediate hidden width of the MLP in each layer
 * @param layers how many layers
 * @param heads attention heads per layer; they share the hidden width evenly
 * @param patches how the input is cut
 * @param projection width of the embeddings
 * @param activation of the MLPs
 */
@Migrated(by = VisionTransformerMigration.class)
public record VisionTransformerConfig(
    int hidden,
    int intermediate,
    int layers,
    int heads,
    PatchGrid patches,
    int projection,
    Nonlinearity activation) {

  /**
   * A square picture cut into square patches.
   *
   * @param imageSize pixels per side of the picture
   * @param patchSize pixels per side of a patch; divides the image size
   */
  public record PatchGrid(int imageSize, int patchSize) {
    /** Checks sizes and divisibility. */
    public PatchGrid {
      requirePositive("imageSize", imageSize);
      requirePositive("patchSize", patchSize);
      requireDivisor("patchSize", patchSize, "imageSize", imageSize);
    }

    /**
     * Patches per side.
     *
     * @return {@code imageSize / patchSize}
     */
    public int side() {
      return imageSize / patchSize;
    }
  }

  /** The key under which a file of weights notes this in its metadata, as JSON. */
  public static final String METADATA = "mindeye.clip";

  /** Checks sizes and divisibility. */
  public VisionTransformerConfig {
    requirePositive("hidden", hidden);
    requirePositive("intermediate", intermediate);
    requirePositive("layers", layers);
    requirePositive("heads", heads);
    Objects.requireNonNull(patches, "patches");
    requirePositive("projection", projection);
    Objects.requireNonNull(activation, "activation");
    requireDivisor("heads", heads, "hidden", hidden);
  }

  /**
   * OpenAI's ViT-L/14 (published as {@code openai/clip-vit-large-patch14}), MindEye's target space:
   * 257 tokens of 768, 303,966,208 parameters.
   *
   * @return the configuration
   */
  public static VisionTransformerConfig vitL14() {
    return new VisionTransformerConfig(
        1024, 4096, 24, 16, new PatchGrid(224, 14), 768, Nonlinearity.QUICK_GELU);
  }

  /**
   * OpenAI's ViT-B/32: 50 tokens of 512, 87,849,216 parameters.
   *
   * @return the configuration
   */
  public static VisionTransformerConfig vitB32() {
    return new VisionTransformerConfig(
        768, 3072, 12, 12, new PatchGrid(224, 32), 512, Nonlinearity.QUICK_GELU);
  }

  /**
   * OpenCLIP's ViT-H-14 ({@code laion2b_s32b_b79k}): 257 tokens of 1024, 632,076,800 parameters.
   *
   * @return the configuration
   */
  public static VisionTransformerConfig vitH14() {
    return new VisionTransformerConfig(
        1280, 5120, 32, 16, new PatchGrid(224, 14), 1024, Nonlinearity.GELU);
  }

  /**
   * The tower in a file of weights: as its metadata say, else as its shapes do. Neither heads nor
   * activation can be read off weights; without metadata they are those that OpenAI and OpenCLIP
   * have published for this width, and {@link #assumptions} says so.
   *
   * @param file holds a tower in the layout of Hugging Face, OpenAI or OpenCLIP; stays open
   * @return the configuration
   * @throws MalformedFileException if there is no such tower, if metadata and shapes contradict
   *     each other, or if only the configuration can tell: the width is of no published tower, or
   *     was published with either activation in this layout
   */
  public static VisionTransformerConfig of(StateDict file) {
    return ClipShapes.config(file);
  }

  /**
   * What {@link #of} took for granted because the file does not say it.
   *
   * @param file as for {@link #of}
   * @return one sentence; empty if the file says it all
   * @throws MalformedFileException as for {@link #of}
   */
  public static Optional<String> assumptions(StateDict file) {
    return ClipShapes.assumptions(file);
  }

  /**
   * Refuses a file whose tower has another shape, from its header alone. Heads and activation,
   * which weights do not show, are not compared.
   *
   * @param file holds a tower in the layout of Hugging Face, OpenAI or OpenCLIP; stays open
   * @throws MalformedFileException if it does not have this shape: says in one line what it has
   */
  public void requireFits(StateDict file) {
    ClipShapes.requireFits(file, this);
  }

  /**
   * Understands {@link #toJson}, the {@code config.json} that Hugging Face transformers writes
   * beside CLIP's weights, and OpenCLIP's {@code open_clip_config.json}.
   *
   * @param source names the text in messages
   * @param json one JSON object
   * @return the configuration
   * @throws MalformedFileException if it is none of these: names the field
   */
  public static VisionTransformerConfig fromJson(String source, String json) {
    return of(Document.parse(source, json));
  }

  /**
   * Reads a file as {@link #fromJson} understands it.
   *
   * @param file of at most 16 megabytes, in UTF-8
   * @return the configuration
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it holds anything else: names the field
   */
  public static VisionTransformerConfig read(Path file) throws IOException {
    return of(Document.read(file));
  }

  static VisionTransformerConfig of(Document document) {
    return PublishedClipFiles.of(document)
        .orElseGet(() -> document.as(VisionTransformerConfig.class));
  }

  /**
   * This as a JSON document of its components.
   *
   * @return one line
   */
  public String toJson() {
    return DocumentWriter.line(this);
  }

  /**
   * What a file of this tower's weights should note, so that {@link #of} finds it.
   *
   * @return metadata for {@link org.mindeye.core.weights.WeightFiles#write(java.nio.file.Path,
   *     org.mindeye.core.nn.Network, Map)}
   */
  public Map<String, String> metadata() {
    return Map.of(METADATA, toJson());
  }

  /**
   * Tokens per image: the class token, then the patches row by row.
   *
   * @return one more than there are patches
   */
  public int tokens() {
    return 1 + patches.side() * patches.side();
  }

  /**
   * The space of all projected tokens.
   *
   * @return tokens and projection width
   */
  public ClipSpace hiddenSpace() {
    return new ClipSpace(tokens(), projection);
  }

  /**
   * The space of the final-layer embedding.
   *
   * @return one token of the projection width
   */
  public ClipSpace finalSpace() {
    return new ClipSpace(1, projection);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1 but was " + value);
    }
  }

  private static void requireDivisor(String name, int divisor, String what, int value) {
    if (value % divisor != 0) {
      throw new IllegalArgumentException(
          name + ": expected a divisor of " + what + "=" + value + " but was " + divisor);
    }
  }
}
