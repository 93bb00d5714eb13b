// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.mindeye.Plural;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.nn.Network;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.TensorSpec;

/**
 * A network that predicts clean CLIP tokens from noisy ones, a timestep and a brain's tokens.
 * {@link DiffusionPrior} trains and samples either kind.
 *
 * <p>Parameter names are the original's without the prefix {@code net.}.
 *
 * <p>As a DJL block it reads noisy tokens, int64 timesteps {@code [batch]} and the condition, and
 * returns the prediction.
 */
public abstract sealed class DenoisingNetwork extends Network
    permits PriorNetwork, FinalLayerPriorNetwork {
  private final ClipSpace space;

  DenoisingNetwork(ClipSpace space) {
    this.space = space;
  }

  /**
   * The space read and written.
   *
   * @return tokens and width
   */
  public final ClipSpace space() {
    return space;
  }

  /**
   * The layers' shape.
   *
   * @return part of the configuration
   */
  public abstract TransformerConfig transformerConfig();

  /** How many timesteps the network knows; the largest int if it is not limited. */
  abstract int knownTimesteps();

  abstract PriorTransformer transformer();

  /** The whole sequence before the first layer, {@code [batch, length, width]}. */
  abstract NDArray embed(NDArray noisy, int[] timesteps, NDArray condition, ConditioningMask mask);

  /**
   * Prepares many predictions for one condition: everything that does not depend on the noisy
   * tokens is computed once. Called, and the result used, without recording a graph.
   */
  abstract Prepared conditioned(NDArray condition);

  /**
   * A denoiser and what it keeps between its calls.
   *
   * @param denoiser predicts; temporaries of a call are freed with it
   * @param kept what was prepared
   */
  record Prepared(Denoiser denoiser, List<NDArray> kept) {}

  /**
   * Predicts clean tokens. Gradients flow, to the condition too, when the thread records them; no
   * scope is opened, and only the result stays behind.
   *
   * @param noisy {@code [batch, tokens, width]}, float32, scaled as the clean tokens are
   * @param timesteps how noisy each sample is
   * @param condition {@code [batch, tokens, width]}, float32, the brain's tokens, not scaled
   * @param mask what the network is shown
   * @param mode training or evaluation; matters only where the configuration has dropout
   * @return {@code [batch, tokens, width]} in the scale of the clean tokens, owned by the
   *     condition's manager
   * @throws ShapeMismatchException if a tensor is not of this network's space, the two differ in
   *     batch, or timesteps or mask are of another length
   * @throws IllegalArgumentException if a timestep is out of range, or a tensor on another device
   * @throws IllegalStateException before initialisation and after closing
   */
  public final ClipTokens predict(
      ClipTokens noisy, int[] timesteps, BrainTokens condition, ConditioningMask mask, Mode mode) {
    try (Lifetime.Call call = enter()) {
      NDArray x = embedded(noisy, timesteps, condition, mask);
      return ClipTokens.of(
          transformer().apply(x, space.tokens(), LayerModes.of(mode, transformerConfig())));
    }
  }

  /** Checks everything and makes the sequence. */
  final NDArray embedded(
      ClipTokens noisy, int[] timesteps, BrainTokens condition, ConditioningMask mask) {
    check("noisy tokens", noisy.array(), noisy.batch());
    check("condition", condition.array(), noisy.batch());
    mask.requireBatch(noisy.batch());
    requireTimesteps(timesteps, noisy.batch());
    device();
    return embed(noisy.array(), timesteps, condition.array(), mask);
  }

  final void check(String name, NDArray array, int batch) {
    TensorSpec spec =
        TensorSpec.of(name)
            .axis("batch", batch)
            .axis("tokens", space.tokens())
            .axis("width", space.width());
    spec.check(array);
    if (array.getDataType() != DataType.FLOAT32) {
      throw new ShapeMismatchException(
          name + ": expected float32 values but the type is " + array.getDataType());
    }
    if (hasWeights() && !array.getDevice().equals(device())) {
      throw new IllegalArgumentException(
          name
              + ": expected it on "
              + device()
              + " where the network is but was on "
              + array.getDevice());
    }
  }

  /** Moves what was created in a manager that may be of another device. */
  final NDArray moved(NDArray created) {
    return created.getDevice().equals(device()) ? created : created.toDevice(device(), false);
  }

  private void requireTimesteps(int[] timesteps, int batch) {
    if (timesteps.length != batch) {
      throw new ShapeMismatchException(
          "timesteps: expected one for each of "
              + Plural.of(batch, "sample")
              + " but there are "
              + timesteps.length);
    }
    for (int t : timesteps) {
      if (t < 0 || t >= knownTimesteps()) {
        String range =
            knownTimesteps() == Integer.MAX_VALUE
                ? "of 0 or more"
                : "from 0 to " + (knownTimesteps() - 1);
        throw new IllegalArgumentException(
            "timesteps: expected numbers " + range + " but found " + t);
      }
    }
  }

  /**
   * Samples that are shown, and null tokens in the place of the others.
   *
   * @param tokens {@code [batch, tokens, width]}
   * @param shown per sample
   * @param nulls {@code [tokens, width]}, or what broadcasts to it
   * @return {@code [batch, tokens, width]}; the tokens themselves if all are shown
   */
  final NDArray shownOrNull(NDArray tokens, boolean[] shown, NDArray nulls) {
    boolean all = true;
    for (boolean one : shown) {
      all &= one;
    }
    if (all) {
      return tokens;
    }
    NDManager owner = tokens.getManager();
    NDArray choice = moved(Torch.copy(owner, shown, new Shape(shown.length, 1, 1)));
    Shape shape = tokens.getShape();
    return NDArrays.where(choice.broadcast(shape), tokens, repeated(owner, nulls, shape));
  }

  /** A parameter for each sample, in the step's memory and not the network's. */
  final NDArray repeated(NDManager owner, NDArray parameter, Shape shape) {
    return owner.zeros(shape, DataType.FLOAT32, device()).add(parameter);
  }

  @Override
  protected final List<NDArray> createConstants(NDManager tables) {
    return transformer().createConstants(tables);
  }

  @Override
  protected final NDList evaluate(NDList inputs) {
    ClipTokens noisy = ClipTokens.of(inputs.get(0));
    int[] timesteps =
        Arrays.stream(inputs.get(1).toLongArray()).mapToInt(Math::toIntExact).toArray();
    ConditioningMask all = ConditioningMask.showAll(noisy.batch());
    return new NDList(
        predict(noisy, timesteps, BrainTokens.of(inputs.get(2)), all, Mode.eval()).array());
  }

  @Override
  public final Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {inputShapes[0]};
  }
}
