// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.internal.kernel.GroupNormKernel;

/**
 * Group normalisation (Wu and He 2018): each sample's channels in groups of neighbours, each group
 * normalised over its channels and all positions, biased variance; then a gain and bias per
 * channel.
 */
public final class GroupNorm {
  private final int groups;
  private final double epsilon;
  private final Parameter gain;
  private final Parameter bias;

  /**
   * Declares {@code weight} and {@code bias}, both {@code [channels]}.
   *
   * @param scope where the parameters are declared
   * @param groups how many; 1 normalises each sample as a whole
   * @param channels length of the second axis
   * @param epsilon added to the variance: 1e-5 is torch's default, 1e-6 Stable Diffusion's
   *     autoencoder's
   * @throws IllegalArgumentException if the groups do not divide the channels
   */
  public GroupNorm(ParameterScope scope, int groups, int channels, double epsilon) {
    if (groups < 1 || channels % groups != 0) {
      throw new IllegalArgumentException(
          scope + ": " + channels + " channels cannot be in " + groups + " groups");
    }
    this.groups = groups;
    this.epsilon = epsilon;
    Shape axis = new Shape(channels);
    gain = scope.parameter("weight", Parameter.Type.GAMMA, axis, Initializer.constant(1));
    bias = scope.parameter("bias", Parameter.Type.BETA, axis, Initializer.constant(0));
  }

  /**
   * Normalises. Gradients flow.
   *
   * @param x {@code [batch, channels, ...]}, for example {@code [batch, channels, height, width]}
   * @return the same shape, owned by x's manager
   */
  public NDArray apply(NDArray x) {
    return GroupNormKernel.apply(x, groups, gain.getArray(), bias.getArray(), epsilon);
  }

  /**
   * Normalises, then {@code x sigmoid(x)}. Gradients flow.
   *
   * @param x {@code [batch, channels, ...]}, for example {@code [batch, channels, height, width]}
   * @return the same shape, owned by x's manager
   */
  public NDArray applyThenSilu(NDArray x) {
    return GradMode.isOn()
        ? Nonlinearity.SILU.apply(apply(x))
        : GroupNormKernel.applyThenSilu(x, groups, gain.getArray(), bias.getArray(), epsilon);
  }
}
