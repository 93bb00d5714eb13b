// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.IdentityHashMap;
import java.util.Map;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Network;
import org.mindeye.formats.io.CloseOnFailure;

/** Lets networks compute in the format of a run while that lasts, and as before afterwards. */
final class RunPrecision implements AutoCloseable {
  private final Map<Network, Precision> before = new IdentityHashMap<>();

  private RunPrecision() {}

  /**
   * Changes the format of all networks, or of none.
   *
   * @throws IllegalArgumentException if a network does not offer the format
   * @throws IllegalStateException if one keeps its weights in another format than float32
   */
  static RunPrecision of(TrainableModel<?> model, Precision precision) {
    RunPrecision changed = new RunPrecision();
    try (CloseOnFailure opened = new CloseOnFailure()) {
      opened.add(changed);
      for (Network network : model.networks()) {
        Precision was = network.precision();
        network.computeIn(precision);
        changed.before.put(network, was);
      }
      return opened.done(changed);
    }
  }

  /** Frees the copies of weights, unless there were some before. */
  @Override
  public void close() {
    before.forEach(
        (network, was) -> {
          if (network.hasWeights()) {
            network.computeIn(was);
          }
        });
  }
}
