// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.mindeye.core.nn.Network;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;

/**
 * Networks that are trained together, by name. A parameter is saved as {@code network.parameter}.
 */
public final class NamedNetworks implements TrainableModel<NamedNetworks> {
  private final Map<String, Network> networks;
  private final Supplier<Map<String, Network>> shape;

  private NamedNetworks(Map<String, Network> networks, Supplier<Map<String, Network>> shape) {
    this.networks = networks;
    this.shape = shape;
  }

  /**
   * Joins networks.
   *
   * @param networks with weights, on one device; {@link #close} closes them. The order of their
   *     names is the optimiser's, so a {@code Map.of} does: its own order is another one in every
   *     process, and with it the last bits of a run that is resumed
   * @param shape makes the same networks by the same names, without weights, for a moving average
   * @return the model
   * @throws IllegalStateException if a network has no weights
   * @throws IllegalArgumentException if there is none, they are on several devices, or two
   *     parameters have the same name, by which the optimiser's state goes; also if a name is the
   *     beginning of another one that goes on with a dot, as names of saved tensors do
   */
  public static NamedNetworks of(
      Map<String, Network> networks, Supplier<Map<String, Network>> shape) {
    if (networks.isEmpty()) {
      throw new IllegalArgumentException("networks: expected at least one but there is none");
    }
    SortedMap<String, Network> ordered = new TreeMap<>(networks);
    ordered.keySet().forEach(name -> requireApart(name, ordered.keySet()));
    Map<String, String> owners = new LinkedHashMap<>();
    Device device = ordered.get(ordered.firstKey()).device();
    ordered.forEach(
        (name, network) -> {
          if (!network.device().equals(device)) {
            throw new IllegalArgumentException(
                name + ": on " + network.device() + ", but another network is on " + device);
          }
          network.trainable().forEach(parameter -> requireNew(owners, name, parameter));
        });
    return new NamedNetworks(Collections.unmodifiableMap(ordered), shape);
  }

  private static void requireApart(String name, Set<String> names) {
    for (String other : names) {
      if (other.startsWith(prefix(name))) {
        throw new IllegalArgumentException(
            "the tensors of a network '"
                + other
                + "' would be saved among those of '"
                + name
                + "': use a name without that dot");
      }
    }
  }

  private static void requireNew(Map<String, String> owners, String name, Parameter parameter) {
    String other = owners.put(parameter.getName(), name);
    if (other != null) {
      throw new IllegalArgumentException(
          "the networks "
              + other
              + " and "
              + name
              + " both have a parameter '"
              + parameter.getName()
              + "', but an optimiser's state goes by names: declare it under another one");
    }
  }

  /**
   * A network.
   *
   * @param name of it
   * @param type its class
   * @param <N> its class
   * @return the network itself
   * @throws IllegalArgumentException if there is none of that name; says which there are
   */
  public <N extends Network> N get(String name, Class<N> type) {
    Network network = networks.get(name);
    if (network == null) {
      throw new IllegalArgumentException("no network '" + name + "' but " + networks.keySet());
    }
    return type.cast(network);
  }

  /** What the names of a network's saved tensors begin with. */
  static String prefix(String name) {
    return name + ".";
  }

  @Override
  public List<Network> networks() {
    return List.copyOf(networks.values());
  }

  @Override
  public NamedNetworks twin() {
    SortedMap<String, Network> twins = new TreeMap<>(shape.get());
    if (!twins.keySet().equals(networks.keySet())) {
      throw new IllegalArgumentException(
          "shape: expected the networks " + networks.keySet() + " but it makes " + twins.keySet());
    }
    twins.values().forEach(network -> network.allocate(device()));
    return new NamedNetworks(twins, shape);
  }

  @Override
  public Map<String, NDArray> tensors(NDManager owner) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    networks.forEach(
        (name, network) -> {
          network.device(); // throws after closing
          network.arrays().forEach((n, array) -> tensors.put(prefix(name) + n, array));
        });
    return tensors;
  }

  @Override
  public void copyFrom(StateDict file) {
    networks.forEach(
        (name, network) -> WeightBinder.strict().copyInto(file.partOf(prefix(name)), network));
  }

  @Override
  public void close() {
    networks.values().forEach(Network::close);
  }
}
