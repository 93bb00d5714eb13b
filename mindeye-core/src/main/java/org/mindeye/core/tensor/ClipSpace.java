// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

/**
 * The geometry of a CLIP embedding: how many tokens, how wide.
 *
 * @param tokens tokens per image (257 for the hidden layer of ViT-L/14: class token first, then 16
 *     x 16 patches row by row; 1 for the final layer)
 * @param width numbers per token (768 for ViT-L/14)
 */
public record ClipSpace(int tokens, int width) {
  /** Last hidden layer of ViT-L/14, every token projected: the space MindEye paints from. */
  public static final ClipSpace VIT_L_14_HIDDEN = new ClipSpace(257, 768);

  /** Final layer of ViT-L/14: the space of LAION-5B's indexes. */
  public static final ClipSpace VIT_L_14_FINAL = new ClipSpace(1, 768);

  /** Checks that both numbers are positive. */
  public ClipSpace {
    if (tokens < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a CLIP space needs at least one token and one channel but was " + tokens + "x" + width);
    }
  }

  /**
   * The length of a flattened embedding.
   *
   * @return {@code tokens * width}
   */
  public int size() {
    return Math.multiplyExact(tokens, width);
  }

  @Override
  public String toString() {
    return tokens + "x" + width;
  }
}
