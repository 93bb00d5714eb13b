// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.nn.AttentionConfig;
import org.mindeye.core.nn.AttentionNames;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.GroupNorm;
import org.mindeye.core.nn.LayerNorm;
import org.mindeye.core.nn.MultiHeadAttention;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.Window;
import org.mindeye.reconstruction.unet.StepInputs.Context;

/**
 * One transformer block over the positions of maps (Rombach et al. 2022; diffusers' {@code
 * Transformer2DModel}): they attend to each other, then to the condition, each added to what was
 * there.
 */
final class SpatialTransformer {
  /** Of the norm over maps; that over tokens has torch's default. */
  private static final double EPSILON = 1e-6;

  private final GroupNorm norm;
  private final Conv2d input;
  private final LayerNorm norm1;
  private final MultiHeadAttention selfAttention;
  private final LayerNorm norm2;
  private final MultiHeadAttention crossAttention;
  private final LayerNorm norm3;
  private final GatedFeedForward feedForward;
  private final Conv2d output;

  /** Declares {@code norm}, {@code proj_in}, {@code transformer_blocks.0} and {@code proj_out}. */
  SpatialTransformer(ParameterScope scope, int channels, ConditionalUnetConfig config) {
    norm = new GroupNorm(scope.child("norm"), config.stages().groups(), channels, EPSILON);
    input = Conv2d.of(scope.child("proj_in"), channels, channels, Window.square(1));
    ParameterScope block = scope.child("transformer_blocks").child(0);
    AttentionConfig among =
        AttentionConfig.self(channels, config.heads(), AttentionNames.DIFFUSERS)
            .withoutInputBiases();
    norm1 = new LayerNorm(block.child("norm1"), channels);
    selfAttention = new MultiHeadAttention(block.child("attn1"), among);
    norm2 = new LayerNorm(block.child("norm2"), channels);
    crossAttention =
        new MultiHeadAttention(block.child("attn2"), among.withContext(config.condition().width()));
    norm3 = new LayerNorm(block.child("norm3"), channels);
    feedForward = new GatedFeedForward(block.child("ff"), channels);
    output = Conv2d.of(scope.child("proj_out"), channels, channels, Window.square(1));
  }

  /**
   * Prepares a condition, {@code [batch, tokens, width]}.
   *
   * @param zeros whether samples without the condition will be asked for too
   */
  Context prepare(NDArray condition, boolean zeros) {
    NDManager owner = condition.getManager();
    return new Context(
        crossAttention.keysAndValues(condition), zeros ? crossAttention.ofZeros(owner) : null);
  }

  /** {@code [batch, channels, height, width]} to the same, twice the batch where it splits. */
  NDArray apply(NDArray x, StepInputs inputs) {
    Shape shape = x.getShape();
    Context context = inputs.contexts().get(this);
    return Temporaries.freed(
        () -> {
          NDArray y =
              Temporaries.through(
                  x,
                  List.of(
                      norm::apply,
                      input::apply,
                      SpatialTransformer::tokens,
                      tokens -> selfAttention.apply(norm1.apply(tokens)).addi(tokens),
                      tokens -> withCondition(tokens, context, inputs),
                      tokens -> feedForward.apply(norm3.apply(tokens)).addi(tokens),
                      tokens -> maps(tokens, shape),
                      output::apply));
          return y.addi(StepInputs.asMany(x, y));
        });
  }

  private NDArray withCondition(NDArray tokens, Context context, StepInputs inputs) {
    if (!inputs.guided()) {
      return crossAttention.apply(norm2.apply(tokens), context.seen()).addi(tokens);
    }
    NDArray seeing = inputs.with(tokens);
    NDArray seen = crossAttention.apply(norm2.apply(seeing), context.seen()).addi(seeing);
    return inputs.without(tokens).add(context.ofZeros()).concat(seen, 0);
  }

  private static NDArray tokens(NDArray maps) {
    Shape shape = maps.getShape();
    return maps.transpose(0, 2, 3, 1).reshape(shape.get(0), -1, shape.get(1));
  }

  private static NDArray maps(NDArray tokens, Shape shape) {
    return tokens.reshape(-1, shape.get(2), shape.get(3), shape.get(1)).transpose(0, 3, 1, 2);
  }
}
