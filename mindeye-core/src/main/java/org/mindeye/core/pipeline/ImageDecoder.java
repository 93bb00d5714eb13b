// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
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
   * What one picture's latents are.
   *
   * @return {@code [channels, height / 8, width / 8]}
   */
  Shape latents();

  /**
   * How many pictures a pipeline lets this stage paint at once. More of them need more memory, and
   * are the same pictures.
   *
   * @return the most rows of tokens in one call, at least 1
   */
  int batch();

  /**
   * Paints, from noise.
   *
   * @param tokens {@code [batch, tokens, width]}
   * @param config steps and guidance; one picture is painted for each row of the tokens
   * @param noise where the decoder draws from, along the batch
   * @param steps is notified before each call of the denoising network
   * @param owner the manager that owns the result
   * @return {@code [batch, 3, height, width]} in [0, 1]
   */
  ImageBatch decode(
      ClipTokens tokens,
      DecodeConfig config,
      NoiseSource noise,
      StepListener steps,
      NDManager owner);

  /**
   * Paints, from a blurry start.
   *
   * @param tokens {@code [batch, tokens, width]}
   * @param start latents of the same batch, see {@link #start}
   * @param config steps, guidance and strength; one picture is painted for each row of the tokens;
   *     strength 1 ignores the start, strength 0 shows it as it is
   * @param noise where the decoder draws from, along the batch
   * @param steps is notified before each call of the denoising network
   * @param owner the manager that owns the result
   * @return {@code [batch, 3, height, width]} in [0, 1]
   */
  ImageBatch decode(
      ClipTokens tokens,
      VaeLatents start,
      DecodeConfig config,
      NoiseSource noise,
      StepListener steps,
      NDManager owner);

  /**
   * Shows what the low-level branch predicts.
   *
   * @param latents {@code [batch, channels, height / 8, width / 8]}
   * @param owner the manager that owns the result
   * @return the blurry pictures, {@code [batch, 3, height, width]} around [0, 1], unclamped
   */
  ImageBatch show(VaeLatents latents, NDManager owner);

  /**
   * Makes latents to start from: those of a picture, which need not be those it was decoded from.
   *
   * @param blurry {@code [batch, 3, height, width]} around [0, 1], unclamped
   * @param noise where the decoder draws from, if it draws
   * @param owner the manager that owns the result
   * @return {@code [batch, channels, height / 8, width / 8]}
   */
  VaeLatents start(ImageBatch blurry, NoiseSource noise, NDManager owner);

  /** Frees what the stage owns, after waiting for calls in progress. Closing again does nothing. */
  @Override
  void close();
}
