// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import java.util.Objects;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.tensor.Antialias;

/**
 * How features are computed. Scores made with different settings cannot be compared.
 *
 * @param antialias whether shrinking averages over the pixels it skips
 * @param precision the format that the weights are kept in; float32 or bfloat16
 * @param chunk at most so many images are computed at a time: memory grows with the chunk, not with
 *     the batch
 */
public record FeatureConfig(Antialias antialias, Precision precision, int chunk) {
  private static final int DEFAULT_CHUNK = 16;

  /** Checks the chunk. */
  public FeatureConfig {
    Objects.requireNonNull(antialias, "antialias");
    Objects.requireNonNull(precision, "precision");
    if (chunk < 1) {
      throw new IllegalArgumentException("chunk: expected at least 1 but was " + chunk);
    }
  }

  /**
   * As the published scores were made: without antialiasing, in float32; 16 images at a time. (The
   * original runs CLIP alone in float16.)
   *
   * @return the settings
   */
  public static FeatureConfig paper() {
    return new FeatureConfig(Antialias.OFF, Precision.FLOAT32, DEFAULT_CHUNK);
  }

  /**
   * Another antialiasing.
   *
   * @param newAntialias {@link Antialias#ON} is what torchvision does from 0.17 on
   * @return a changed copy
   */
  public FeatureConfig withAntialias(Antialias newAntialias) {
    return new FeatureConfig(newAntialias, precision, chunk);
  }

  /**
   * Another format of numbers.
   *
   * @param newPrecision float32 or bfloat16
   * @return a changed copy
   */
  public FeatureConfig withPrecision(Precision newPrecision) {
    return new FeatureConfig(antialias, newPrecision, chunk);
  }

  /**
   * Another chunk.
   *
   * @param newChunk images computed at a time
   * @return a changed copy
   */
  public FeatureConfig withChunk(int newChunk) {
    return new FeatureConfig(antialias, precision, newChunk);
  }
}
