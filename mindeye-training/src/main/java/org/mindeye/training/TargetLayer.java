// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDManager;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ImageBatch;

/** Which of CLIP's embeddings of an image a model learns to predict, or a gallery holds. */
public enum TargetLayer {
  /** All tokens of the last layer: 257x768 of ViT-L/14. */
  HIDDEN {
    @Override
    public ClipSpace space(ClipImageEncoder encoder) {
      return encoder.space();
    }

    @Override
    public ClipTokens encode(ClipImageEncoder encoder, ImageBatch images, NDManager owner) {
      return encoder.encodeTokens(images, owner);
    }
  },

  /** One token, CLIP's final embedding, not normalised: 1x768 of ViT-L/14. */
  FINAL {
    @Override
    public ClipSpace space(ClipImageEncoder encoder) {
      return encoder.finalSpace();
    }

    @Override
    public ClipTokens encode(ClipImageEncoder encoder, ImageBatch images, NDManager owner) {
      return encoder.encodePooled(images, owner);
    }
  };

  /**
   * The space of the embeddings.
   *
   * @param encoder the CLIP image encoder
   * @return tokens and width
   */
  public abstract ClipSpace space(ClipImageEncoder encoder);

  /**
   * Encodes images.
   *
   * @param encoder the CLIP image encoder
   * @param images {@code [batch, 3, height, width]} in [0, 1], float32, any size
   * @param owner the manager that owns the result
   * @return {@code [batch, tokens, width]}
   * @throws org.mindeye.core.tensor.NotFiniteException if a pixel is NaN or infinite
   */
  public abstract ClipTokens encode(ClipImageEncoder encoder, ImageBatch images, NDManager owner);
}
