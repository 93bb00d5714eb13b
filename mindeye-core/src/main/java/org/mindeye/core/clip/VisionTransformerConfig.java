package org.mindeye.core.clip;

import java.util.Objects;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.tensor.ClipSpace;

/**
 * The shape of a CLIP vision transformer.
 *
 * <p>The activation belongs to the weights and cannot be told from their shapes: OpenAI's need
 * {@link Nonlinearity#QUICK_GELU}, those trained by OpenCLIP {@link Nonlinearity#GELU}.
 *
 * @param hidden width of the residual stream
 * @param intermediate hidden width of the MLP in each layer
 * @param layers how many layers
 * @param heads attention heads per layer; they share the hidden width evenly
 * @param imageSize pixels per side of the square input
 * @param patchSize pixels per side of a patch; divides the image size
 * @param projection width of the embeddings
 * @param activation of the MLPs
 */
public record VisionTransformerConfig(
    int hidden,
    int intermediate,
    int layers,
    int heads,
    int imageSize,
    int patchSize,
    int projection,
    Nonlinearity activation) {

  /** Checks sizes and divisibility. */
  public VisionTransformerConfig {
    requirePositive("hidden", hidden);
    requirePositive("intermediate", intermediate);
    requirePositive("layers", layers);
    requirePositive("heads", heads);
    requirePositive("imageSize", imageSize);
    requirePositive("patchSize", patchSize);
    requirePositive("projection", projection);
    Objects.requireNonNull(activation, "activation");
    requireDivisor("heads", heads, "hidden", hidden);
    requireDivisor("patchSize", patchSize, "imageSize", imageSize);
  }

  /**
   * OpenAI's ViT-L/14 (published as {@code openai/clip-vit-large-patch14}), MindEye's target space:
   * 257 tokens of 768, 303,966,208 parameters.
   *
   * @return the configuration
   */
  public static VisionTransformerConfig vitL14() {
    return new VisionTransformerConfig(1024, 4096, 24, 16, 224, 14, 768, Nonlinearity.QUICK_GELU);
  }

  /**
   * OpenAI's ViT-B/32: 50 tokens of 512, 87,849,216 parameters.
   *
   * @return the configuration
   */
  public static VisionTransformerConfig vitB32() {
    return new VisionTransformerConfig(768, 3072, 12, 12, 224, 32, 512, Nonlinearity.QUICK_GELU);
  }

  /**
   * OpenCLIP's ViT-H-14 ({@code laion2b_s32b_b79k}): 257 tokens of 1024, 632,076,800 parameters.
   *
   * @return the configuration
   */
  public static VisionTransformerConfig vitH14() {
    return new VisionTransformerConfig(1280, 5120, 32, 16, 224, 14, 1024, Nonlinearity.GELU);
  }

  /**
   * Patches per side.
   *
   * @return {@code imageSize / patchSize}
   */
  public int grid() {
    return imageSize / patchSize;
  }

  /**
   * Tokens per image: the class token, then the patches row by row.
   *
   * @return {@code 1 + grid * grid}
   */
  public int tokens() {
    return 1 + grid() * grid();
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
