// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * What a brain says about an image: tokens that condition a prior, and their projection into CLIP's
 * space, which is compared with images. Two types, since one in the place of the other gives a
 * plausible but wrong result. Owns nothing: the tensors belong to the manager they were created in.
 */
public final class BrainEmbedding {
  private final BrainTokens tokens;
  private final ClipTokens projected;

  private BrainEmbedding(BrainTokens tokens, ClipTokens projected) {
    this.tokens = tokens;
    this.projected = projected;
  }

  /**
   * An embedding with a projection of its own for retrieval.
   *
   * @param tokens {@code [batch, tokens, width]}, what the diffusion prior is conditioned on
   * @param projected {@code [batch, tokens, width]}, what the contrastive loss and retrieval
   *     compare
   * @return the pair
   * @throws ShapeMismatchException if the two differ in batch or space
   */
  public static BrainEmbedding of(BrainTokens tokens, ClipTokens projected) {
    if (!tokens.array().getShape().equals(projected.array().getShape())) {
      throw new ShapeMismatchException(
          "projected tokens: expected the tokens' shape "
              + tokens.array().getShape()
              + " but was "
              + projected.array().getShape());
    }
    return new BrainEmbedding(tokens, projected);
  }

  /**
   * An embedding of a backbone without projector: the tokens serve both purposes.
   *
   * @param tokens {@code [batch, tokens, width]}
   * @return the pair
   */
  public static BrainEmbedding of(BrainTokens tokens) {
    return new BrainEmbedding(tokens, ClipTokens.of(tokens.array()));
  }

  /**
   * The backbone's output, the condition of the diffusion prior.
   *
   * @return {@code [batch, tokens, width]}, not normalised
   */
  public BrainTokens tokens() {
    return tokens;
  }

  /**
   * The projector's output, for the contrastive loss and retrieval ({@link
   * ClipTokens#toUnitVectors()} first); the tokens themselves when there is no projector.
   *
   * @return {@code [batch, tokens, width]}, not normalised
   */
  public ClipTokens projected() {
    return projected;
  }
}
