// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.pipeline.CandidateScorer;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.TensorSpec;

/**
 * Scores painted pictures as the original does: the cosine between CLIP's tokens of the picture,
 * flattened, and the brain's projected ones. The encoder shrinks the pictures; it should do so as
 * it did for the images that the brain's network was trained with ({@link
 * ClipPreprocessing#antialias}, off in the original).
 */
public final class ClipScorer implements CandidateScorer {
  private final ClipImageEncoder clip;
  private final ClipSpace space;

  private ClipScorer(ClipImageEncoder clip, ClipSpace space) {
    this.clip = clip;
    this.space = space;
  }

  /**
   * Compares all tokens of the last layer: for models of 257 x 768 tokens. Closing the scorer
   * closes the encoder.
   *
   * @param clip encodes the pictures
   * @return the stage
   */
  public static ClipScorer ofTokens(ClipImageEncoder clip) {
    return new ClipScorer(clip, clip.space());
  }

  /**
   * Compares the final embedding: for final-layer models. Closing the scorer closes the encoder.
   *
   * @param clip encodes the pictures
   * @return the stage
   */
  public static ClipScorer ofPooled(ClipImageEncoder clip) {
    return new ClipScorer(clip, clip.finalSpace());
  }

  @Override
  public ClipSpace space() {
    return space;
  }

  @Override
  public Device device() {
    return clip.device();
  }

  @Override
  public float[] score(ImageBatch painted, ClipVectors brain) {
    TensorSpec.of("brain").axis("batch", 1).axis("width", space.size()).check(brain.array());
    try (CallScope scope = CallScope.open(device())) {
      ClipTokens tokens =
          space.equals(clip.space())
              ? clip.encodeTokens(painted, scope.manager())
              : clip.encodePooled(painted, scope.manager());
      NDArray cosines = tokens.toUnitVectors().array().matMul(brain.array().transpose());
      return cosines.toFloatArray();
    }
  }

  @Override
  public void close() {
    clip.close();
  }
}
