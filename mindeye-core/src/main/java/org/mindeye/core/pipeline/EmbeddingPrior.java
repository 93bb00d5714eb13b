// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;

/**
 * Stage two of painting: brain tokens to tokens a generator understands. Safe for concurrent
 * callers.
 */
public interface EmbeddingPrior extends AutoCloseable {
  /**
   * The space read and written.
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
   * Samples image tokens.
   *
   * @param condition {@code [batch, tokens, width]}, {@link BrainEmbedding#tokens()}
   * @param noise where the sampler draws from, along the batch
   * @param owner the manager that owns the result
   * @return {@code [batch, tokens, width]}
   * @throws org.mindeye.core.tensor.ShapeMismatchException if the condition is not of the space
   * @throws org.mindeye.core.tensor.NotFiniteException if a token is NaN or infinite
   */
  default ClipTokens sample(BrainTokens condition, NoiseSource noise, NDManager owner) {
    return sample(condition, noise, StepListener.NONE, owner);
  }

  /**
   * Samples image tokens, and says how far it is.
   *
   * @param condition {@code [batch, tokens, width]}, {@link BrainEmbedding#tokens()}
   * @param noise where the sampler draws from, along the batch
   * @param steps is notified before each call of the network
   * @param owner the manager that owns the result
   * @return {@code [batch, tokens, width]}
   * @throws org.mindeye.core.tensor.ShapeMismatchException if the condition is not of the space
   * @throws org.mindeye.core.tensor.NotFiniteException if a token is NaN or infinite
   */
  ClipTokens sample(BrainTokens condition, NoiseSource noise, StepListener steps, NDManager owner);

  /** Frees what the stage owns, after waiting for calls in progress. Closing again does nothing. */
  @Override
  void close();
}
