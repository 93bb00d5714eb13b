// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.Temporaries;

/**
 * Attention of an image's positions to each other with one head, added to the image (diffusers'
 * {@code AttentionBlock}): the middle of Stable Diffusion's autoencoder.
 */
public final class SpatialAttention {
  private final GroupNorm norm;
  private final MultiHeadAttention attention;

  /**
   * Declares {@code group_norm} and the four linear maps of the attention, all with biases.
   *
   * @param scope where the parameters are declared
   * @param channels numbers per position
   * @param groups of the norm
   * @param epsilon of the norm
   * @param names what the maps are called
   * @throws IllegalArgumentException if the groups do not divide the channels
   */
  public SpatialAttention(
      ParameterScope scope, int channels, int groups, double epsilon, AttentionNames names) {
    norm = new GroupNorm(scope.child("group_norm"), groups, channels, epsilon);
    attention = new MultiHeadAttention(scope, AttentionConfig.self(channels, 1, names));
  }

  /**
   * Applies the layer. Gradients flow.
   *
   * @param x {@code [batch, channels, height, width]}
   * @return the same shape, owned by x's manager
   */
  public NDArray apply(NDArray x) {
    Shape shape = x.getShape();
    return Temporaries.freed(
        () -> {
          NDArray pixels = norm.apply(x).transpose(0, 2, 3, 1);
          NDArray tokens = pixels.reshape(shape.get(0), -1, shape.get(1));
          return attention.apply(tokens).reshape(pixels.getShape()).transpose(0, 3, 1, 2).addi(x);
        });
  }
}
