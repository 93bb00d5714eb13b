// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;

/**
 * The painter: image tokens, and perhaps a blurry start, to pictures. Safe for concurrent callers.
 */
public interface ImageDecoder extends AutoCloseable {
  /**
   * The space read.
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
   * Paints, from noise.
   *
   * @param tokens {@code [batch, tokens, width]}
   * @param config steps and guidance; one picture is painted for each row of the tokens
   * @param noise where the decoder draws from
   * @param owner the manager that owns the result
   * @return {@code [batch, 3, height, width]} in [0, 1]
   */
  ImageBatch decode(ClipTokens tokens, DecodeConfig config, NoiseSource noise, NDManager owner);

  /**
   * Paints, from a blurry start.
   *
   * @param tokens {@code [batch, tokens, width]}
   * @param start latents of the same batch to start from
   * @param config steps, guidance and strength; one picture is painted for each row of the tokens
   * @param noise where the decoder draws from
   * @param owner the manager that owns the result
   * @return {@code [batch, 3, height, width]} in [0, 1]
   */
  ImageBatch decode(
      ClipTokens tokens, VaeLatents start, DecodeConfig config, NoiseSource noise, NDManager owner);

  /**
   * Shows latents as they are: the blurry picture that {@link #decode(ClipTokens, VaeLatents,
   * DecodeConfig, NoiseSource, NDManager)} starts from.
   *
   * @param latents {@code [batch, 4, height / 8, width / 8]}
   * @param owner the manager that owns the result
   * @return {@code [batch, 3, height, width]} in [0, 1]
   */
  ImageBatch show(VaeLatents latents, NDManager owner);

  /** Frees what the stage owns, after waiting for calls in progress. Closing again does nothing. */
  @Override
  void close();
}
