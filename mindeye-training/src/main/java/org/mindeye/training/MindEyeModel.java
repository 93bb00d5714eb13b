// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Network;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.prior.DiffusionPrior;

/**
 * What is trained together: a backbone, and perhaps the prior that it conditions. Saved under the
 * published names: {@code voxel2clip.*}, {@code net.*} and {@code noise_scheduler.*}.
 */
public final class MindEyeModel implements TrainableModel<MindEyeModel> {
  private static final String BACKBONE = "voxel2clip.";
  static final String PRIOR = "net.";
  private static final String SCHEDULE = "noise_scheduler.";

  private final ResidualMlpBackbone backbone;
  private final DiffusionPrior prior;

  private MindEyeModel(ResidualMlpBackbone backbone, DiffusionPrior prior) {
    this.backbone = backbone;
    this.prior = prior;
  }

  /**
   * A backbone alone.
   *
   * @param backbone initialised; {@link #close} closes it
   * @return the model
   * @throws IllegalStateException if it has no weights
   */
  public static MindEyeModel of(ResidualMlpBackbone backbone) {
    backbone.device();
    return new MindEyeModel(backbone, null);
  }

  /**
   * A backbone and its prior.
   *
   * @param backbone initialised; {@link #close} closes it
   * @param prior initialised, of the same space, on the same device; {@link #close} closes it
   * @return the model
   * @throws IllegalStateException if one has no weights
   * @throws IllegalArgumentException if they do not fit together
   */
  public static MindEyeModel of(ResidualMlpBackbone backbone, DiffusionPrior prior) {
    ClipSpace space = backbone.config().space();
    if (!prior.space().equals(space)) {
      throw new IllegalArgumentException(
          "prior: a " + prior.space() + " space, but the backbone predicts " + space);
    }
    if (!prior.device().equals(backbone.device())) {
      throw new IllegalArgumentException(
          "prior: on " + prior.device() + ", but the backbone is on " + backbone.device());
    }
    return new MindEyeModel(backbone, prior);
  }

  /**
   * The backbone.
   *
   * @return the network itself
   */
  public ResidualMlpBackbone backbone() {
    return backbone;
  }

  /**
   * The prior.
   *
   * @return the prior itself, if there is one
   */
  public Optional<DiffusionPrior> prior() {
    return Optional.ofNullable(prior);
  }

  /**
   * The space predicted.
   *
   * @return tokens and width
   */
  public ClipSpace space() {
    return backbone.config().space();
  }

  /**
   * All networks, the prior's first, as the original's optimiser has them.
   *
   * @return one or two
   */
  @Override
  public List<Network> networks() {
    return prior == null ? List.of(backbone) : List.of(prior.network(), backbone);
  }

  /**
   * Another model of the same shape without weights of its own: its arrays are allocated, not
   * filled.
   *
   * @return the twin, which the caller closes
   */
  @Override
  public MindEyeModel twin() {
    return ModelConfig.of(this).allocated(device());
  }

  /**
   * Everything to save, under the published names.
   *
   * @param owner owns the small tensors that are made for this: the noise schedule's
   * @return the networks' own arrays, and the schedule
   * @throws IllegalStateException after closing
   */
  @Override
  public Map<String, NDArray> tensors(NDManager owner) {
    requireOpen();
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    if (prior != null) {
      prior
          .schedule()
          .buffers()
          .forEach(
              (name, values) ->
                  tensors.put(
                      SCHEDULE + name, Torch.copy(owner, values, new Shape(values.length))));
    }
    named((prefix, network) -> network.arrays().forEach((n, a) -> tensors.put(prefix + n, a)));
    return tensors;
  }

  /**
   * Replaces all weights by saved ones of a model of the same shape.
   *
   * @param file as {@link #tensors} names them; stays open
   * @throws WeightMismatchException if the file does not fit; names what differs
   * @throws IllegalStateException after closing
   */
  @Override
  public void copyFrom(StateDict file) {
    requireOpen();
    named((prefix, network) -> WeightBinder.strict().copyInto(file.partOf(prefix), network));
  }

  private void requireOpen() {
    networks().forEach(Network::device);
  }

  private void named(BiConsumer<String, Network> action) {
    if (prior != null) {
      action.accept(PRIOR, prior.network());
    }
    action.accept(BACKBONE, backbone);
  }

  /** Frees all weights, after waiting for calls in flight. Closing twice is harmless. */
  @Override
  public void close() {
    networks().forEach(Network::close);
  }
}
