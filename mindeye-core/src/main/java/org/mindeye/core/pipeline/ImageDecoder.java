package org.mindeye.core.pipeline;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
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
   * Paints.
   *
   * @param tokens {@code [batch, tokens, width]}
   * @param start latents of the same batch to start from, or nothing to start from noise
   * @param options steps, guidance and strength
   * @param noise where the decoder draws from
   * @param owner the manager that owns the result
   * @return {@code [batch, 3, height, width]} in [0, 1]
   */
  ImageBatch decode(
      ClipTokens tokens,
      Optional<VaeLatents> start,
      DecodeOptions options,
      NoiseSource noise,
      NDManager owner);

  /** Frees what the stage owns, after waiting for calls in progress. Closing again does nothing. */
  @Override
  void close();
}
