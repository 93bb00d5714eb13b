// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.VaeLatents;

/**
 * What the autoencoder predicts for the latents of some images: independent normal distributions,
 * one for each number. Belongs to the manager of the encoded images; gradients flow.
 */
public final class LatentMoments {
  private static final double LOWEST = -30;
  private static final double HIGHEST = 20;

  private final NDArray moments;
  private final double scale;

  LatentMoments(NDArray moments, double scale) {
    this.moments = moments;
    this.scale = scale;
  }

  /**
   * Means and log-variances as the network gives them, neither scaled nor clamped.
   *
   * @return {@code [batch, 2 channels, height / 8, width / 8]}, the means in the first half of the
   *     channels
   */
  public NDArray array() {
    return moments;
  }

  /**
   * The means.
   *
   * @return {@code [batch, channels, height / 8, width / 8]}, not scaled
   */
  public NDArray mean() {
    return half(0);
  }

  /**
   * The logarithms of the variances, clamped to [-30, 20] as published.
   *
   * @return {@code [batch, channels, height / 8, width / 8]}
   */
  public NDArray logVariance() {
    NDArray raw = half(1);
    return raw.maximum(Torch.scalar(raw, LOWEST)).minimum(Torch.scalar(raw, HIGHEST));
  }

  private NDArray half(int which) {
    long channels = moments.getShape().get(1) / 2;
    return moments.get(new NDIndex(":, " + which * channels + ":" + (which + 1) * channels));
  }

  /**
   * The likeliest latents, the targets of the low-level network's training.
   *
   * @return {@code [batch, channels, height / 8, width / 8]}, scaled
   */
  public VaeLatents mode() {
    return scaled(mean());
  }

  /**
   * Latents drawn from the distributions, where image-to-image begins.
   *
   * @param noise draws one normal number for each
   * @return {@code [batch, channels, height / 8, width / 8]}, scaled
   */
  public VaeLatents sample(NoiseSource noise) {
    NDArray logVariance = logVariance();
    NDArray deviation = logVariance.mul(Torch.scalar(logVariance, 0.5)).exp();
    NDArray normal = noise.normal(moments.getManager(), deviation.getShape());
    return scaled(mean().add(deviation.mul(normal)));
  }

  /**
   * How far the distributions are from the standard normal one (Kullback and Leibler), the small
   * term of an autoencoder's loss.
   *
   * @return a scalar, the mean over all numbers, in nats
   */
  public NDArray divergence() {
    NDArray mean = mean();
    NDArray logVariance = logVariance();
    NDArray sum = mean.square().add(logVariance.exp()).sub(logVariance).sub(1);
    return sum.mean().mul(Torch.scalar(sum, 0.5));
  }

  private VaeLatents scaled(NDArray latents) {
    return VaeLatents.of(latents.mul(Torch.scalar(latents, scale)));
  }
}
