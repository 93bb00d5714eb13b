// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.nn.Network;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * One network that is trained alone. Its parameters are saved under their own names, so that the
 * tensors of a checkpoint are those of a file of its weights.
 *
 * @param <N> the network
 */
public final class SingleNetwork<N extends Network> implements TrainableModel<SingleNetwork<N>> {
  private final N network;
  private final Supplier<N> shape;

  private SingleNetwork(N network, Supplier<N> shape) {
    this.network = network;
    this.shape = shape;
  }

  /**
   * A network as a model.
   *
   * @param network with weights; {@link #close} closes it
   * @param shape makes the same network, without weights, for a moving average
   * @param <N> the network
   * @return the model
   * @throws IllegalStateException if it has no weights
   */
  public static <N extends Network> SingleNetwork<N> of(N network, Supplier<N> shape) {
    network.device();
    return new SingleNetwork<>(network, Objects.requireNonNull(shape, "shape"));
  }

  /**
   * Loads the network of a run: for a recipe to offer to those who use what it trained.
   *
   * @param weights of one of the run's steps
   * @param type of the network's configuration, which the run notes: see {@link
   *     RunIdentity#strict(Object, Object, Object)}
   * @param shape makes the network, without weights
   * @param device where it computes
   * @param <C> the network's configuration
   * @param <N> the network
   * @return the network, which the caller closes
   * @throws IOException if a file cannot be read
   * @throws MalformedFileException if the note of the shape is of another network, lacks a key or
   *     is of a later schema: names it
   * @throws WeightMismatchException if the tensors are another network's
   * @throws MindEyeException if no shape is noted, or the memory is known not to hold the network
   */
  public static <C, N extends Network> N load(
      TrainedWeights weights, Class<C> type, Function<C, N> shape, Device device)
      throws IOException {
    Torch.requirePresent(device);
    Optional<C> noted = weights.document(RunDescription.MODEL, type);
    N network =
        shape.apply(
            noted.orElseThrow(
                () ->
                    new MindEyeException(
                        weights.place()
                            + ": nothing notes the shape of the network; it is of another recipe,"
                            + " which loads it")));
    MemoryEstimate needed = MemoryEstimate.inference(network, 0);
    new MemoryEstimate(needed.weights(), 0, 0, 0, 0)
        .requireFits("loading the network", MemoryBudget.of(device), List.of());
    try (StateDict file = weights.weights()) {
      return WeightBinder.strict().load(file, network, device);
    }
  }

  /**
   * The network.
   *
   * @return itself
   */
  public N network() {
    return network;
  }

  @Override
  public List<Network> networks() {
    return List.of(network);
  }

  @Override
  public SingleNetwork<N> twin() {
    N twin = shape.get();
    twin.allocate(device());
    return new SingleNetwork<>(twin, shape);
  }

  @Override
  public Map<String, NDArray> tensors(NDManager owner) {
    network.device(); // throws after closing
    return network.arrays();
  }

  @Override
  public void copyFrom(StateDict file) {
    WeightBinder.strict().copyInto(file, network);
  }

  @Override
  public void close() {
    network.close();
  }
}
