// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.VaeLatentBranch;
import org.mindeye.training.TrainedWeights;

/**
 * The low-level network.
 *
 * @param place where it is
 * @param config its shape
 */
record LowLevelModel(TrainedPlace place, LowLevelConfig config) {
  /** What is done with its tensors. */
  @FunctionalInterface
  private interface Use<T> {
    T of(StateDict tensors) throws IOException;
  }

  /** Looks at weights; none of their numbers are read. */
  static LowLevelModel open(Path path) throws IOException {
    TrainedPlace place = TrainedPlace.open(path);
    return new LowLevelModel(place, using(place, LowLevelConfig::of));
  }

  private static <T> T using(TrainedPlace place, Use<T> use) throws IOException {
    return place.isRun()
        ? place.using(weights -> using(weights, use))
        : using(WeightFiles.open(place.place()), use);
  }

  private static <T> T using(TrainedWeights weights, Use<T> use) throws IOException {
    return using(weights.weights(), use);
  }

  private static <T> T using(StateDict opened, Use<T> use) throws IOException {
    try (opened) {
      return use.of(opened);
    }
  }

  /** Loads it as a stage. */
  VaeLatentBranch load(Precision precision, Device device) throws IOException {
    return using(
        place,
        tensors ->
            VaeLatentBranch.of(LowLevelNetwork.loadForInference(tensors, precision, device)));
  }
}
