// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.mindeye.Plural;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.MultiHeadAttention.KeysAndValues;
import org.mindeye.core.nn.Network;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.TensorSpec;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.reconstruction.unet.StepInputs.Context;

/**
 * The UNet of latent diffusion (Rombach et al. 2022; diffusers' {@code UNet2DConditionModel}, whose
 * parameter names it has): which noise is in latents, given the timestep and tokens that say what
 * they show. It is Versatile Diffusion's for images (Xu et al. 2023), from which MindEye paints.
 *
 * <p>A picture takes many predictions for one condition, which is prepared once:
 *
 * <pre>{@code
 * PreparedCondition condition = unet.prepare(tokens, owner);
 * for (int t : timesteps) {
 *   NDArray both = unet.predictGuided(latents, t, condition, step); // without it, and with it
 * }
 * }</pre>
 *
 * <p>Safe for concurrent callers while it is not being trained.
 */
public final class ConditionalUnet extends Network {
  private final ConditionalUnetConfig config;
  private final TensorSpec latents;
  private final TensorSpec condition;
  private final TimeEmbedding time;
  private final UnetBody body;

  /**
   * Creates a UNet without weights.
   *
   * @param config its shape
   */
  public ConditionalUnet(ConditionalUnetConfig config) {
    this(config, DataType.FLOAT32);
  }

  /** With numbers of another type, for tests of gradients. */
  ConditionalUnet(ConditionalUnetConfig config, DataType type) {
    super(type);
    this.config = Objects.requireNonNull(config, "config");
    latents =
        TensorSpec.of("noisy latents")
            .axis("batch")
            .axis("channels", config.channels())
            .axis("height")
            .axis("width");
    condition =
        TensorSpec.of("condition")
            .axis("batch")
            .axis("tokens")
            .axis("width", config.condition().width());
    time = new TimeEmbedding(scope().child("time_embedding"), config.stages().channels().get(0));
    body = new UnetBody(scope(), config);
  }

  /**
   * Loads a UNet with the configuration its weights have: see {@link ConditionalUnetConfig#of}.
   *
   * @param file the weights, in any format of {@link WeightFiles}; float16 becomes float32
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws org.mindeye.MindEyeException if it holds no such UNet, or it is known not to fit into
   *     memory
   */
  public static ConditionalUnet load(Path file, Device device) throws IOException {
    return load(file, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(Path, Device)} in a format of numbers, for inference.
   *
   * @param file the weights, in any format of {@link WeightFiles}
   * @param precision the format that the weights are kept in
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws org.mindeye.MindEyeException if it holds no such UNet, or it is known not to fit into
   *     memory
   */
  public static ConditionalUnet load(Path file, Precision precision, Device device)
      throws IOException {
    Objects.requireNonNull(precision, "precision");
    Torch.requirePresent(device);
    try (StateDict weights = WeightFiles.open(file)) {
      return load(weights, ConditionalUnetConfig.of(weights), precision, device);
    }
  }

  /**
   * Loads a UNet with the configuration its weights have: see {@link ConditionalUnetConfig#of}.
   *
   * @param weights the weights; stay open
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws org.mindeye.MindEyeException if they are no such UNet's, or it is known not to fit into
   *     memory
   */
  public static ConditionalUnet load(StateDict weights, Device device) {
    Torch.requirePresent(device);
    return load(
        weights, ConditionalUnetConfig.of(Objects.requireNonNull(weights, "weights")), device);
  }

  /**
   * Loads a UNet of a known shape. Of the two transformers that Versatile Diffusion's dual-guided
   * pipeline saves at each place, that of images is loaded.
   *
   * @param weights the weights; stay open
   * @param config their shape
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws org.mindeye.MindEyeException if they are no such UNet's, or it is known not to fit into
   *     memory
   */
  public static ConditionalUnet load(
      StateDict weights, ConditionalUnetConfig config, Device device) {
    return load(weights, config, Precision.FLOAT32, device);
  }

  /**
   * As {@link #load(StateDict, ConditionalUnetConfig, Device)} in a format of numbers, for
   * inference. Latents, and the noise that is predicted, are float32 in any.
   *
   * @param weights the weights; stay open
   * @param config their shape
   * @param precision the format that the weights are kept in
   * @param device where it computes
   * @return the network, which the caller closes
   * @throws org.mindeye.MindEyeException if they are no such UNet's, or it is known not to fit into
   *     memory
   */
  public static ConditionalUnet load(
      StateDict weights, ConditionalUnetConfig config, Precision precision, Device device) {
    Torch.requirePresent(device);
    StateDict named = UnetWeights.of(Objects.requireNonNull(weights, "weights"));
    ConditionalUnet network = new ConditionalUnet(config);
    network.storeIn(precision);
    ConditionalUnetMemory.requireLoadable(config, precision, MemoryBudget.of(device));
    return WeightBinder.strict().load(named, network, device);
  }

  /**
   * The shape.
   *
   * @return the configuration
   */
  public ConditionalUnetConfig config() {
    return config;
  }

  /**
   * Predicts in the graph of the caller. Gradients flow, to latents and condition too. Only the
   * result stays behind, and what the graph needs.
   *
   * @param noisy latents {@code [batch, channels, height, width]}, sides divisible by {@link
   *     UnetStages#reduction()}
   * @param tokens the condition, {@code [batch, tokens, width]}, any number of tokens
   * @param timesteps how noisy each sample is, from 0
   * @return the noise in them, of the latents' shape, owned by their manager
   * @throws ShapeMismatchException if a shape differs, or the batches
   * @throws IllegalArgumentException if a timestep is negative
   */
  public NDArray forward(NDArray noisy, NDArray tokens, int... timesteps) {
    try (Lifetime.Call call = enter()) {
      device();
      latents.alive(noisy);
      condition.check(tokens);
      long batch = requireLatents(noisy);
      requireBatch("condition", tokens.getShape().get(0), batch);
      requireBatch("timesteps", timesteps.length, batch);
      return Temporaries.freed(
          () -> {
            NDArray embedded = time(noisy.getManager(), timesteps);
            StepInputs inputs = new StepInputs(embedded, contexts(tokens, false), 0);
            return DataTypes.toFloat32(body.apply(noisy, inputs));
          });
    }
  }

  /**
   * Prepares a condition for any number of predictions: keys and values of every transformer, which
   * no timestep changes.
   *
   * @param tokens {@code [batch, tokens, width]}, any number of tokens; a batch of one serves any
   *     number of latents
   * @param owner the manager that owns what is prepared: about as many numbers as the tokens have,
   *     for each transformer
   * @return the condition, of use until the owner is closed
   * @throws ShapeMismatchException if the width differs
   * @throws org.mindeye.core.tensor.NotFiniteException if a number is NaN or infinite
   */
  public PreparedCondition prepare(NDArray tokens, NDManager owner) {
    try (Lifetime.Call call = enter();
        CallScope scope = CallScope.open(device())) {
      Alive.require("owner", owner);
      condition.check(tokens);
      Finite.require("condition", tokens, "look at what made the tokens");
      Map<SpatialTransformer, Context> kept = new LinkedHashMap<>();
      contexts(tokens, true)
          .forEach((transformer, context) -> kept.put(transformer, keep(context, scope, owner)));
      return new PreparedCondition(this, kept, tokens.getShape().get(0));
    }
  }

  private static Context keep(Context context, CallScope scope, NDManager owner) {
    KeysAndValues seen = context.seen();
    return new Context(
        new KeysAndValues(scope.keep(seen.keys(), owner), scope.keep(seen.values(), owner)),
        scope.keep(context.ofZeros(), owner));
  }

  /**
   * Predicts without a graph, for a prepared condition.
   *
   * @param noisy latents {@code [batch, channels, height, width]}
   * @param timestep how noisy they all are, from 0
   * @param prepared the condition, of the same batch or of one sample
   * @param owner the manager that owns the result
   * @return the noise in them, of the latents' shape
   * @throws ShapeMismatchException if a shape differs, or the batches
   * @throws IllegalArgumentException if the timestep is negative, or the condition was prepared by
   *     another UNet
   */
  public NDArray predict(NDArray noisy, int timestep, PreparedCondition prepared, NDManager owner) {
    return predict(noisy, timestep, prepared, false, owner);
  }

  /**
   * Predicts both for a condition of zeros and for a prepared one, as classifier-free guidance
   * needs it, without a graph. What comes before the first transformer's look at the condition is
   * computed once for the two; from a condition of zeros each position gets the same, which is
   * computed once for all timesteps.
   *
   * @param noisy latents {@code [batch, channels, height, width]}
   * @param timestep how noisy they all are, from 0
   * @param prepared the condition, of the same batch or of one sample
   * @param owner the manager that owns the result
   * @return the noise in them, {@code [2 * batch, channels, height, width]}: first all for zeros,
   *     then all for the condition
   * @throws ShapeMismatchException if a shape differs, or the batches
   * @throws IllegalArgumentException if the timestep is negative, or the condition was prepared by
   *     another UNet
   */
  public NDArray predictGuided(
      NDArray noisy, int timestep, PreparedCondition prepared, NDManager owner) {
    return predict(noisy, timestep, prepared, true, owner);
  }

  private NDArray predict(
      NDArray noisy, int timestep, PreparedCondition prepared, boolean guided, NDManager owner) {
    try (Lifetime.Call call = enter();
        CallScope scope = CallScope.open(device())) {
      Alive.require("owner", owner);
      Objects.requireNonNull(prepared, "prepared");
      long batch = requireLatents(noisy);
      Map<SpatialTransformer, Context> contexts = prepared.of(this, batch);
      StepInputs inputs =
          new StepInputs(time(scope.manager(), timestep), contexts, guided ? batch : 0);
      return scope.keep(DataTypes.toFloat32(body.apply(noisy, inputs)), owner);
    }
  }

  private Map<SpatialTransformer, Context> contexts(NDArray tokens, boolean zeros) {
    return body.transformers()
        .collect(Collectors.toMap(each -> each, each -> each.prepare(tokens, zeros)));
  }

  private NDArray time(NDManager owner, int... timesteps) {
    for (int timestep : timesteps) {
      if (timestep < 0) {
        throw new IllegalArgumentException(
            "timestep: expected a number of 0 or more but was " + timestep);
      }
    }
    return time.apply(owner, timesteps);
  }

  private long requireLatents(NDArray noisy) {
    latents.check(noisy);
    Shape shape = noisy.getShape();
    int reduction = config.stages().reduction();
    if (shape.get(2) % reduction != 0 || shape.get(3) % reduction != 0) {
      throw new ShapeMismatchException(
          "noisy latents: expected a height and width divisible by "
              + reduction
              + " but was "
              + shape
              + "; paint at another size");
    }
    return shape.get(0);
  }

  private static void requireBatch(String name, long found, long batch) {
    if (found != batch) {
      throw new ShapeMismatchException(
          name
              + ": expected one for each of "
              + Plural.of(batch, "sample")
              + " but there are "
              + found);
    }
  }

  /**
   * As {@link #forward}.
   *
   * @param inputs noisy latents, timesteps (whole numbers), condition
   * @return the noise in the latents
   */
  @Override
  protected NDList evaluate(NDList inputs) {
    int[] timesteps =
        Arrays.stream(inputs.get(1).toLongArray()).mapToInt(Math::toIntExact).toArray();
    return new NDList(forward(inputs.get(0), inputs.get(2), timesteps));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {inputShapes[0]};
  }
}
