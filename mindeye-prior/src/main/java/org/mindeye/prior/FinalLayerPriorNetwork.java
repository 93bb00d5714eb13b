// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.CosineAttention.KeysAndValues;
import org.mindeye.core.nn.Initializer;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.prior.TransformerLayer.Positions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network of the final-layer prior ({@code DiffusionPriorNetwork} of dalle2-pytorch as MindEye
 * uses it): learned tokens in the place of a caption, the brain's vector, the time, the noisy image
 * vector and a query, of which each sees what comes before it; the query's place is read out.
 *
 * <p>In sampling, the caption's tokens and the brain's vector do not depend on the step, and
 * nothing behind them changes them: their keys and values are computed once, and a step works on
 * three tokens of 260.
 */
public final class FinalLayerPriorNetwork extends DenoisingNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(FinalLayerPriorNetwork.class);

  /** What the public text-to-image checkpoint lacks. */
  static final String[] NULL_TOKENS = {
    "null_text_encodings", "null_text_embeds", "null_image_embed"
  };

  /** Tokens that differ from step to step: time, noisy image, query. */
  private static final int CHANGING = 3;

  private final FinalLayerPriorConfig config;
  private final Parameter learnedQuery;
  private final Parameter textSlots;
  private final Parameter nullBrain;
  private final Parameter nullImage;
  private final Parameter times;
  private final PriorTransformer transformer;

  /**
   * Declares the parameters; {@link #initialize} creates them.
   *
   * @param config the shape of the network
   */
  public FinalLayerPriorNetwork(FinalLayerPriorConfig config) {
    super(config.space());
    this.config = config;
    int width = config.width();
    Initializer normal = Initializer.normal(1);
    ParameterScope scope = scope();
    learnedQuery = scope.parameter("learned_query", Parameter.Type.OTHER, new Shape(width), normal);
    textSlots =
        scope.parameter(
            NULL_TOKENS[0], Parameter.Type.OTHER, new Shape(1, config.textSlots(), width), normal);
    nullBrain =
        scope.parameter(NULL_TOKENS[1], Parameter.Type.OTHER, new Shape(1, 1, width), normal);
    nullImage = scope.parameter(NULL_TOKENS[2], Parameter.Type.OTHER, new Shape(1, width), normal);
    times =
        scope
            .child("to_time_embeds")
            .child(0)
            .parameter(
                "weight", Parameter.Type.WEIGHT, new Shape(config.timesteps(), width), normal);
    transformer =
        new PriorTransformer(
            scope.child("causal_transformer"),
            config.transformer(),
            width,
            steady() + CHANGING,
            true,
            this::precision);
  }

  /** Tokens that no step changes. */
  private int steady() {
    return config.textSlots() + 1;
  }

  /**
   * Loads weights of a trained final-layer model. The configuration is read off their names and
   * shapes; dropout, which training alone uses, is the published recipe's (0.05), so that
   * fine-tuning continues as the weights were trained.
   *
   * @param file holds the network's tensors, with or without the prefixes {@code module.} and
   *     {@code net.}; with the latter the rest of the model is left alone; stays open
   * @param device where the weights will live
   * @return a network with weights, which the caller closes
   * @throws MalformedFileException if the tensors are not a final-layer prior's; also for the
   *     public text-to-image checkpoint, which lacks some: {@link #startFrom} is for that
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   */
  public static FinalLayerPriorNetwork load(StateDict file, Device device) {
    return load(file, Precision.FLOAT32, device);
  }

  /**
   * The same in a given format, for inference.
   *
   * @param file as above
   * @param precision in which the weights are kept
   * @param device where the weights will live
   * @return a network with weights, which the caller closes
   * @throws MalformedFileException if the tensors are not a final-layer prior's
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   * @throws IllegalArgumentException for {@link Precision#INT8_WEIGHTS}
   */
  public static FinalLayerPriorNetwork load(StateDict file, Precision precision, Device device) {
    Torch.requirePresent(device);
    Objects.requireNonNull(precision, "precision");
    StateDict weights = PriorWeights.of(file);
    return load(weights, FinalLayerPriorConfig.of(file), precision, device);
  }

  /**
   * Loads weights of a known shape.
   *
   * @param file as above
   * @param config the shape of the network
   * @param device where the weights will live
   * @return a network with weights, which the caller closes
   * @throws WeightMismatchException if tensors are missing, unknown or misshapen
   */
  public static FinalLayerPriorNetwork load(
      StateDict file, FinalLayerPriorConfig config, Device device) {
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
  public static FinalLayerPriorNetwork load(
      StateDict file, FinalLayerPriorConfig config, Precision precision, Device device) {
    Torch.requirePresent(device);
    FinalLayerPriorNetwork network =
        new FinalLayerPriorNetwork(Objects.requireNonNull(config, "config"));
    network.storeIn(precision);
    return PriorWeights.load(file, network, device);
  }

  /**
   * Starts training from the public text-to-image prior ({@code conditioned-prior/best.pth}), which
   * lacks {@code null_text_encodings}, {@code null_text_embeds} and {@code null_image_embed}: those
   * are drawn, as in the original, and a warning says so. Until they are trained the network is of
   * no use.
   *
   * @param file the checkpoint; stays open
   * @param config the shape of the network, usually {@link FinalLayerPriorConfig#paper()}
   * @param device where the weights will live
   * @param noise where the missing tensors are drawn from
   * @return a network with weights, which the caller closes
   * @throws WeightMismatchException if other tensors are missing, or any is unknown or misshapen
   */
  public static FinalLayerPriorNetwork startFrom(
      StateDict file, FinalLayerPriorConfig config, Device device, NoiseSource noise) {
    Torch.requirePresent(device);
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(noise, "noise");
    StateDict weights = PriorWeights.of(file);
    PriorWeights.requireKnownFrequencies(weights);
    FinalLayerPriorNetwork network =
        WeightBinder.strict()
            .mayBeMissing(NULL_TOKENS)
            .load(weights, new FinalLayerPriorNetwork(config), device, noise);
    List<String> drawn =
        List.of(NULL_TOKENS).stream().filter(n -> !weights.names().contains(n)).toList();
    if (!drawn.isEmpty()) {
      LOG.warn("{} has no {}: drawn at random, train before use", file.source(), drawn);
    }
    return network;
  }

  /**
   * The shape of the network.
   *
   * @return the configuration
   */
  public FinalLayerPriorConfig config() {
    return config;
  }

  @Override
  public TransformerConfig transformerConfig() {
    return config.transformer();
  }

  @Override
  int knownTimesteps() {
    return config.timesteps();
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
          return NDArrays.concat(
              new NDList(steadyTokens(brain), changingTokens(image, timesteps)), 1);
        });
  }

  private NDArray steadyTokens(NDArray brain) {
    Shape slots = new Shape(brain.getShape().get(0), config.textSlots(), config.width());
    return repeated(brain.getManager(), textSlots.getArray(), slots).concat(brain, 1);
  }

  private NDArray changingTokens(NDArray image, int... timesteps) {
    NDManager owner = image.getManager();
    Shape one = image.getShape();
    long[] rows = Arrays.stream(timesteps).asLongStream().toArray();
    NDArray index = moved(Torch.copy(owner, rows, new Shape(rows.length, 1)));
    NDArray found =
        Embedding.embedding(index, times.getArray(), SparseFormat.DENSE).singletonOrThrow();
    NDArray time = repeated(owner, found, one);
    return NDArrays.concat(
        new NDList(time, image, repeated(owner, learnedQuery.getArray(), one)), 1);
  }

  @Override
  Prepared conditioned(NDArray condition) {
    Positions all = transformer.positions(condition);
    Positions changing = all.last(CHANGING);
    List<KeysAndValues> steady = steadyKeysAndValues(condition, all);
    List<NDArray> kept = new ArrayList<>(List.of(all.bias(), changing.bias(), changing.rotation()));
    steady.forEach(found -> kept.addAll(List.of(found.keys(), found.values())));
    return new Prepared(
        (noisy, timestep) -> Temporaries.freed(() -> predict(steady, changing, noisy, timestep)),
        kept);
  }

  private List<KeysAndValues> steadyKeysAndValues(NDArray condition, Positions all) {
    int count = steady();
    Positions own =
        new Positions(
            transformer.rotation(0, count),
            all.bias().get(new NDIndex(":, :{}, :{}", count, count + 1)));
    List<KeysAndValues> found = new ArrayList<>();
    NDArray x = steadyTokens(condition);
    for (TransformerLayer layer : transformer.layers()) {
      boolean last = found.size() == transformer.layers().size() - 1;
      NDArray tokens = x;
      List<NDArray> made =
          Temporaries.allFreed(() -> steadyLayer(layer, tokens, own, last ? 0 : count));
      tokens.close();
      found.add(new KeysAndValues(made.get(0), made.get(1)));
      x = last ? null : made.get(2);
    }
    return found;
  }

  /** Keys, values, and the input of the next layer, which the last layer does not have. */
  private static List<NDArray> steadyLayer(
      TransformerLayer layer, NDArray x, Positions own, int readOut) {
    NDArray normed = layer.normed(x);
    KeysAndValues found = layer.first(normed, own.rotation());
    if (readOut == 0) {
      return List.of(found.keys(), found.values());
    }
    NDArray next = layer.output(x, normed, found, own, readOut, Mode.eval());
    return List.of(found.keys(), found.values(), next);
  }

  private NDArray predict(
      List<KeysAndValues> steady, Positions changing, NDArray noisy, int timestep) {
    NDArray x = changingTokens(noisy, timestep);
    for (int i = 0; i < steady.size(); i++) {
      TransformerLayer layer = transformer.layers().get(i);
      NDArray normed = layer.normed(x);
      KeysAndValues found = steady.get(i).followedBy(layer.later(normed, changing.rotation()));
      int readOut = i == steady.size() - 1 ? 1 : CHANGING;
      x = layer.output(x, normed, found, changing, readOut, Mode.eval());
    }
    return transformer.head(x);
  }
}
