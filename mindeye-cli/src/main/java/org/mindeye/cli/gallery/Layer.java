// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import ai.djl.ndarray.NDManager;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;

/** Which of CLIP's embeddings of a picture is searched. */
enum Layer {
  /** The class token at the end: what indexes of millions hold. */
  FINAL {
    @Override
    ClipSpace space(ClipImageEncoder clip) {
      return clip.finalSpace();
    }

    @Override
    ClipVectors encode(ClipImageEncoder clip, ImageBatch images, NDManager owner) {
      return clip.encodeVectors(images, owner);
    }
  },

  /** All tokens: what MindEye's backbones predict. */
  HIDDEN {
    @Override
    ClipSpace space(ClipImageEncoder clip) {
      return clip.space();
    }

    @Override
    ClipVectors encode(ClipImageEncoder clip, ImageBatch images, NDManager owner) {
      return clip.encodeTokens(images, owner).toUnitVectors();
    }
  };

  abstract ClipSpace space(ClipImageEncoder clip);

  abstract ClipVectors encode(ClipImageEncoder clip, ImageBatch images, NDManager owner);

  /** The layer whose space it is. */
  static Layer of(ClipSpace space, ClipImageEncoder clip) {
    return space.equals(clip.space()) ? HIDDEN : FINAL;
  }
}
