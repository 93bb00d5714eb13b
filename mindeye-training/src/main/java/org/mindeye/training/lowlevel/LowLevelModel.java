// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import org.mindeye.core.nn.Network;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightBinder;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.training.TrainableModel;

/**
 * A low-level network as the loop trains and saves it: under the published names, so that the
 * tensors of a checkpoint are those of a file of its weights.
 *
 * @param network with weights
 */
record LowLevelModel(LowLevelNetwork network) implements TrainableModel<LowLevelModel> {
  @Override
  public List<Network> networks() {
    return List.of(network);
  }

  @Override
  public LowLevelModel twin() {
    LowLevelNetwork twin = new LowLevelNetwork(network.config());
    twin.allocate(device());
    return new LowLevelModel(twin);
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
