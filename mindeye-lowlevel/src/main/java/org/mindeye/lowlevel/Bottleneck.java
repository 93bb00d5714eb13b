// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.mindeye.core.nn.AttentionNames;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.ResidualConvBlock;
import org.mindeye.core.nn.SpatialAttention;

/** The middle of encoder and decoder: a residual block, attention, a residual block. */
final class Bottleneck {
  private final ResidualConvBlock before;
  private final SpatialAttention attention;
  private final ResidualConvBlock behind;

  /** Declares {@code resnets.0}, {@code attentions.0} and {@code resnets.1}. */
  Bottleneck(ParameterScope scope, int channels, ConvolutionStages config) {
    attention =
        new SpatialAttention(
            scope.child("attentions").child(0),
            channels,
            config.groups(),
            ConvolutionStages.EPSILON,
            AttentionNames.DIFFUSERS_2022);
    before = config.residual(scope.child("resnets").child(0), channels, channels);
    behind = config.residual(scope.child("resnets").child(1), channels, channels);
  }

  /** In the order of the data. */
  List<UnaryOperator<NDArray>> layers() {
    return List.of(before::apply, attention::apply, behind::apply);
  }
}
