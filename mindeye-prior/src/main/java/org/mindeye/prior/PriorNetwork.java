// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import java.util.Objects;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.CosineAttention;
import org.mindeye.core.internal.kernel.CosineAttention.KeysAndValues;
import org.mindeye.core.nn.Initializer;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.prior.TransformerLayer.Positions;

/**
 * The network of the 257-token prior ({@code VersatileDiffusionPriorNetwork} in the original's
 * {@code models.py}): brain tokens, one time token and noisy image tokens in one sequence, every
 * token sees all others, and the image tokens' places are read out.
 */
public final class PriorNetwork extends DenoisingNetwork {
  private final PriorConfig config;
  private final int tokens;
  private final Parameter learnedQuery;
  private final Parameter nullBrain;
  private final Parameter nullImage;
  private final TimeEmbedding time;
  private final PriorTransformer transformer;

  /**
   * Declares the parameters; {@link #initialize} creates them.
   *
   * @param config the shape of the network
   */
  public PriorNetwork(PriorConfig config) {
    super(config.space());
    this.config = config;
    ClipSpace space = config.space();
    tokens = space.tokens();
    int width = space.width();
    Shape table = new Shape(tokens, width);
    ParameterScope scope = scope();
    learnedQuery =
        scope.parameter(
            "learned_query", Parameter.Type.OTHER, table, Initializer.normal(1 / Math.sqrt(width)));
    nullBrain =
        scope.parameter("null_brain_embeds", Parameter.Type.OTHER, table, Initializer.normal(1));
    nullImage =
        scope.parameter("null_image_embed", Parameter.Type.OTHER, table, Initializer.normal(1));
    time = new TimeEmbedding(scope.child("to_time_embeds").child(0).child(1), width);
    transformer =
        new PriorTransformer(
            scope.child("causal_transformer"),
            config.transformer(),
            width,
            2 * tokens + 1,
            false,
            this::precision);
  }

  /**
   * Loads weights with the configuration that {@link PriorConfig#of} finds: the one they note, or
   * else the one their names and shapes have, without dropout as published.
   *
   * @param file holds the network's tensors, with or without the prefixes {@code module.} and
   *     {@code net.}; with the latter the rest of the model is left alone; stays open
   * @param device where the weights will live
   * @return a network with weights, which the caller closes
   * @throws MalformedFileException if the tensors are not a 257-token prior's
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   */
  public static PriorNetwork load(StateDict file, Device device) {
    return load(file, Precision.FLOAT32, device);
  }

  /**
   * The same in a given format, for inference.
   *
   * @param file as above
   * @param precision in which the weights are kept
   * @param device where the weights will live
   * @return a network with weights, which the caller closes
   * @throws MalformedFileException if the tensors are not a 257-token prior's
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   * @throws IllegalArgumentException for {@link Precision#INT8_WEIGHTS}
   */
  public static PriorNetwork load(StateDict file, Precision precision, Device device) {
    Torch.requirePresent(device);
    Objects.requireNonNull(precision, "precision");
    StateDict weights = PriorWeights.of(file);
    return load(weights, PriorConfig.of(file), precision, device);
  }

  /**
   * Loads published weights of a known shape.
   *
   * @param file as above
   * @param config the shape of the network
   * @param device where the weights will live
   * @return a network with weights, which the caller closes
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   */
  public static PriorNetwork load(StateDict file, PriorConfig config, Device device) {
    return load(file, config, Precision.FLOAT32, device);
  }

  /**
   * The same in a given format, for inference.
   *
   * @param file as above
   * @param config the shape of the network
   * @param precision in which the weights are kept
   * @param device where the weights will live
   * @return a network with weights, which the caller closes
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   * @throws IllegalArgumentException for {@link Precision#INT8_WEIGHTS}
   */
  public static PriorNetwork load(
      StateDict file, PriorConfig config, Precision precision, Device device) {
    Torch.requirePresent(device);
    PriorNetwork network = new PriorNetwork(Objects.requireNonNull(config, "config"));
    network.storeIn(precision);
    return PriorWeights.load(file, network, device);
  }

  /**
   * The shape of the network.
   *
   * @return the configuration
   */
  public PriorConfig config() {
    return config;
  }

  @Override
  public TransformerConfig transformerConfig() {
    return config.transformer();
  }

  @Override
  int knownTimesteps() {
    return Integer.MAX_VALUE;
  }

  @Override
  PriorTransformer transformer() {
    return transformer;
  }

  @Override
  NDArray embed(NDArray noisy, int[] timesteps, NDArray condition, ConditioningMask mask) {
    return Temporaries.freed(
        () -> {
          NDArray brain = shownOrNull(condition, mask.brain(), nullBrain.getArray());
          NDArray image = shownOrNull(noisy, mask.image(), nullImage.getArray());
          NDManager owner = condition.getManager();
          return NDArrays.concat(
              new NDList(brain, time.apply(this, owner, timesteps), withQuery(image)), 1);
        });
  }

  private NDArray withQuery(NDArray image) {
    return image.add(learnedQuery.getArray());
  }

  @Override
  Prepared conditioned(NDArray condition) {
    TransformerLayer first = transformer.layers().get(0);
    NDArray normed = first.normed(condition);
    NDArray rotation = transformer.rotation(0, tokens);
    Brain brain =
        new Brain(
            condition,
            first.queries(normed, rotation),
            first.first(normed, rotation),
            transformer.rotation(tokens, 2 * tokens + 1));
    Positions all = transformer.positions(condition);
    return new Prepared(
        (noisy, timestep) -> Temporaries.freed(() -> predict(brain, all, noisy, timestep)),
        List.of(
            brain.queries, brain.context.keys(), brain.context.values(), brain.later, all.bias()));
  }

  /** Of the brain's tokens in the first layer, and the rotations of the other tokens. */
  private record Brain(NDArray tokens, NDArray queries, KeysAndValues context, NDArray later) {}

  private NDArray predict(Brain brain, Positions all, NDArray noisy, int timestep) {
    NDArray x = Temporaries.freed(() -> firstLayer(brain, all, noisy, timestep));
    return transformer.applyFrom(1, x, all, tokens, layer -> Mode.eval());
  }

  private NDArray firstLayer(Brain brain, Positions all, NDArray noisy, int timestep) {
    Shape shape = noisy.getShape();
    NDManager owner = noisy.getManager();
    NDArray timeToken =
        repeated(
            owner, time.apply(this, owner, timestep), new Shape(shape.get(0), 1, shape.get(2)));
    NDArray rest = timeToken.concat(withQuery(noisy), 1);
    TransformerLayer first = transformer.layers().get(0);
    NDArray normed = first.normed(rest);
    KeysAndValues context = brain.context.followedBy(first.later(normed, brain.later));
    if (transformer.layers().size() == 1) {
      Positions own = new Positions(brain.later, all.bias());
      return first.output(rest, normed, context, own, tokens, Mode.eval());
    }
    NDArray queries = CosineAttention.followedBy(brain.queries, first.queries(normed, brain.later));
    NDArray x = brain.tokens.concat(rest, 1);
    return first.output(x, queries, context, all.bias(), Mode.eval());
  }
}
