// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import ai.djl.Device;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;

/**
 * Says which of several painted pictures is most like the one seen. Safe for concurrent callers.
 */
public interface CandidateScorer extends AutoCloseable {
  /**
   * The space in which pictures and brains are compared.
   *
   * @return tokens and width
   */
  ClipSpace space();

  /**
   * Where the stage computes.
   *
   * @return the device
   */
  Device device();

  /**
   * Scores painted pictures.
   *
   * @param painted {@code [batch, 3, height, width]} in [0, 1]
   * @param brain {@code [1, tokens * width]}, length 1: the projected tokens of the brain that they
   *     were painted for
   * @return one number per picture, the higher the better; none is NaN
   */
  float[] score(ImageBatch painted, ClipVectors brain);

  /** Frees what the stage owns, after waiting for calls in progress. Closing again does nothing. */
  @Override
  void close();
}
