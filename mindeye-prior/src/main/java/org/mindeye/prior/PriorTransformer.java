// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.RelativeBias;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.GainLayerNorm;
import org.mindeye.core.nn.Initializer;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.prior.TransformerLayer.Positions;

/**
 * The transformer of both priors ({@code CausalTransformer} of dalle2-pytorch, causal or not), for
 * sequences of one length. Tables of positions are made once.
 */
final class PriorTransformer {
  private final ParameterScope scope;
  private final TransformerConfig config;
  private final int length;
  private final boolean causal;
  private final Supplier<Precision> precision;
  private final Parameter distanceScores;
  private final List<TransformerLayer> layers = new ArrayList<>();
  private final GainLayerNorm norm;
  private final Linear output;
  private NDArray buckets;
  private NDArray rotation;

  /**
   * Declares {@code rel_pos_bias.*}, {@code layers.*}, {@code norm} and {@code project_out}.
   *
   * @param precision in which format the network computes
   */
  PriorTransformer(
      ParameterScope scope,
      TransformerConfig config,
      int width,
      int length,
      boolean causal,
      Supplier<Precision> precision) {
    this.scope = scope;
    this.config = config;
    this.length = length;
    this.causal = causal;
    this.precision = precision;
    distanceScores =
        scope
            .child("rel_pos_bias")
            .child("relative_attention_bias")
            .parameter(
                "weight",
                Parameter.Type.WEIGHT,
                new Shape(RelativePositions.BUCKETS, config.heads()),
                Initializer.normal(1));
    for (int i = 0; i < config.depth(); i++) {
      layers.add(new TransformerLayer(layer(i), width, config));
    }
    norm = new GainLayerNorm(scope.child("norm"), width);
    output = Linear.withoutBias(scope.child("project_out"), width, width);
  }

  /** Makes the tables of positions on the network's device, to be kept with the network. */
  List<NDArray> createConstants(NDManager tables) {
    buckets = Torch.copy(tables, RelativePositions.buckets(length), new Shape(length, length + 1));
    rotation =
        Torch.copy(
            tables,
            RotaryPositions.table(length, config),
            new Shape(length, config.headWidth() / 2, 2));
    return List.of(buckets, rotation);
  }

  List<TransformerLayer> layers() {
    return layers;
  }

  private ParameterScope layer(int index) {
    return scope.child("layers").child(index);
  }

  /** Parameters and buffers of one layer. */
  List<Parameter> layerParameters(int layer) {
    return layer(layer).parameters();
  }

  /** Parameters behind the layers. */
  List<Parameter> headParameters() {
    List<Parameter> head = new ArrayList<>(scope.child("norm").parameters());
    head.addAll(scope.child("project_out").parameters());
    return head;
  }

  /** Positions of the whole sequence; one computation serves all layers. */
  Positions positions(NDArray like) {
    return new Positions(rotation, Temporaries.freed(() -> bias(like)));
  }

  private NDArray bias(NDArray like) {
    NDArray weight = distanceScores.getArray();
    NDArray bias =
        causal
            ? RelativeBias.causal(like, buckets, weight)
            : RelativeBias.of(like, buckets, weight);
    // Converted once for all layers; with a graph by each layer, so that gradients of the layers
    // are added up in float32.
    return precision.get() == Precision.FLOAT32 || GradMode.isOn()
        ? bias
        : DataTypes.convert(bias, DataType.BFLOAT16);
  }

  /** Rotations of the tokens from one position up to another; belongs to the network's memory. */
  NDArray rotation(int from, int to) {
    return rotation.get(new NDIndex("{}:{}", from, to));
  }

  /**
   * All layers, norm and output.
   *
   * @param x {@code [batch, length, width]}; closed
   * @param readOut how many tokens, from the last, to read
   * @param modes training or evaluation of each layer
   * @return {@code [batch, readOut, width]}
   */
  NDArray apply(NDArray x, int readOut, IntFunction<Mode> modes) {
    Positions all = positions(x);
    try (NDArray bias = all.bias()) { // a recorded graph keeps what it needs
      return applyFrom(0, x, all, readOut, modes);
    }
  }

  /** The layers from one on, norm and output; x is closed. */
  NDArray applyFrom(
      int firstLayer, NDArray x, Positions all, int readOut, IntFunction<Mode> modes) {
    NDArray y = x;
    for (int i = firstLayer; i < layers.size(); i++) {
      y = consume(i, y, all, readOut, modes.apply(i));
    }
    try (NDArray top = y) {
      return head(top);
    }
  }

  private NDArray consume(int layer, NDArray x, Positions all, int readOut, Mode mode) {
    try (x) {
      return Temporaries.freed(() -> applyLayer(layer, x, all, readOut, mode));
    }
  }

  /** One layer; of the last one only the tokens that are read. */
  NDArray applyLayer(int layer, NDArray x, Positions all, int readOut, Mode mode) {
    boolean last = layer == layers.size() - 1;
    return layers.get(layer).apply(x, all, last ? readOut : length, mode);
  }

  /** Norm and output of what the last layer wrote, float32. */
  NDArray head(NDArray x) {
    return Temporaries.freed(() -> DataTypes.toFloat32(output.apply(norm.applyStable(x))));
  }
}
