// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import java.util.Objects;

/**
 * How images become embeddings.
 *
 * @param preprocessing resizing, cropping and normalisation of the images
 * @param clamp limits of the projected values before normalisation
 * @param chunk at most so many images are computed at a time: memory grows with the chunk, not with
 *     the batch
 */
public record ClipEncoderConfig(ClipPreprocessing preprocessing, EmbeddingClamp clamp, int chunk) {
  private static final int DEFAULT_CHUNK = 16;

  /** Checks the chunk. */
  public ClipEncoderConfig {
    Objects.requireNonNull(preprocessing, "preprocessing");
    Objects.requireNonNull(clamp, "clamp");
    if (chunk < 1) {
      throw new IllegalArgumentException("chunk: expected at least 1 but was " + chunk);
    }
  }

  /**
   * As the published results were made: no antialiasing, no clamp; 16 images at a time.
   *
   * @param config the network's shape
   * @return the configuration
   */
  public static ClipEncoderConfig paper(VisionTransformerConfig config) {
    return new ClipEncoderConfig(ClipPreprocessing.of(config), EmbeddingClamp.NONE, DEFAULT_CHUNK);
  }

  /**
   * Another preprocessing.
   *
   * @param newPreprocessing of the size the network reads
   * @return a changed copy
   */
  public ClipEncoderConfig withPreprocessing(ClipPreprocessing newPreprocessing) {
    return new ClipEncoderConfig(newPreprocessing, clamp, chunk);
  }

  /**
   * Another clamp.
   *
   * @param newClamp limits before normalisation
   * @return a changed copy
   */
  public ClipEncoderConfig withClamp(EmbeddingClamp newClamp) {
    return new ClipEncoderConfig(preprocessing, newClamp, chunk);
  }

  /**
   * Another chunk.
   *
   * @param newChunk images computed at a time
   * @return a changed copy
   */
  public ClipEncoderConfig withChunk(int newChunk) {
    return new ClipEncoderConfig(preprocessing, clamp, newChunk);
  }
}
