// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDManager;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ImageBatch;

/** Which of CLIP's embeddings of an image a model learns to predict. */
public enum TargetLayer {
  /** All tokens of the last layer: 257x768 of ViT-L/14. */
  HIDDEN {
    @Override
    ClipSpace space(ClipImageEncoder encoder) {
      return encoder.space();
    }

    @Override
    ClipTokens encode(ClipImageEncoder encoder, ImageBatch images, NDManager owner) {
      return encoder.encodeTokens(images, owner);
    }
  },

  /** One token, CLIP's final embedding, not normalised: 1x768 of ViT-L/14. */
  FINAL {
    @Override
    ClipSpace space(ClipImageEncoder encoder) {
      return encoder.finalSpace();
    }

    @Override
    ClipTokens encode(ClipImageEncoder encoder, ImageBatch images, NDManager owner) {
      return encoder.encodePooled(images, owner);
    }
  };

  abstract ClipSpace space(ClipImageEncoder encoder);

  /** {@code [batch, tokens, width]}. */
  abstract ClipTokens encode(ClipImageEncoder encoder, ImageBatch images, NDManager owner);
}
