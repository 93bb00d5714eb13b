// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import ai.djl.ndarray.NDArray;
import java.util.stream.Stream;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.ResidualConvBlock;

/** A residual block and, in most stages, a transformer behind it. */
final class UnetBlock implements UnetLayer {
  /** Of all residual blocks' norms, and of the last. */
  static final double EPSILON = 1e-5;

  private final ResidualConvBlock residual;

  /** Null where there is none. */
  private final SpatialTransformer transformer;

  /** Declares {@code resnets.index} and, if it attends, {@code attentions.index} in a stage. */
  UnetBlock(
      ParameterScope stage,
      int index,
      int in,
      int out,
      boolean attends,
      ConditionalUnetConfig config) {
    residual = residual(stage, index, in, out, config);
    ParameterScope attentions = stage.child("attentions").child(index);
    transformer = attends ? new SpatialTransformer(attentions, out, config) : null;
  }

  private static ResidualConvBlock residual(
      ParameterScope stage, int index, int in, int out, ConditionalUnetConfig config) {
    return ResidualConvBlock.timed(
        stage.child("resnets").child(index),
        in,
        out,
        TimeEmbedding.width(config.stages().channels().get(0)),
        config.stages().groups(),
        EPSILON);
  }

  @Override
  public NDArray apply(NDArray x, StepInputs inputs) {
    return transformer == null
        ? residual.apply(x, inputs.time())
        : Temporaries.freed(() -> transformer.apply(residual.apply(x, inputs.time()), inputs));
  }

  @Override
  public Stream<SpatialTransformer> transformers() {
    return Stream.ofNullable(transformer);
  }
}
