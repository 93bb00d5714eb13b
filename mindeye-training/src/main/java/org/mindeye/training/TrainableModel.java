// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.mindeye.core.nn.Network;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightMismatchException;

/**
 * What a {@link TrainingLoop} trains, saves and brings back: some networks on one device. {@link
 * NamedNetworks} is one for any networks.
 *
 * @param <M> the class itself
 */
public interface TrainableModel<M extends TrainableModel<M>> extends AutoCloseable {
  /**
   * All networks, in the order of the optimiser.
   *
   * @return at least one, with weights; no two parameters have the same name
   */
  List<Network> networks();

  /**
   * Another model of the same shape without weights of its own: its arrays are allocated, not
   * filled. It holds the moving average.
   *
   * @return the twin, with its networks in the same order, which the caller closes
   */
  M twin();

  /**
   * Everything to save.
   *
   * @param owner owns small tensors that are made for this
   * @return the networks' own arrays by name, and whatever else belongs to the weights
   * @throws IllegalStateException after closing
   */
  Map<String, NDArray> tensors(NDManager owner);

  /**
   * Replaces all weights by saved ones of a model of the same shape.
   *
   * @param file as {@link #tensors} names them; stays open
   * @throws WeightMismatchException if the file does not fit; names what differs
   * @throws IllegalStateException after closing
   */
  void copyFrom(StateDict file);

  /** Frees all weights. Closing twice is harmless. */
  @Override
  void close();

  /**
   * Where the networks live.
   *
   * @return the device
   */
  default Device device() {
    return networks().get(0).device();
  }

  /**
   * What training may change.
   *
   * @return trainable parameters of all networks
   */
  default Stream<Parameter> trainable() {
    return networks().stream().flatMap(network -> network.trainable().stream());
  }

  /**
   * How many numbers training may change.
   *
   * @return the count
   */
  default long trainableCount() {
    return trainable().mapToLong(parameter -> parameter.getShape().size()).sum();
  }
}
