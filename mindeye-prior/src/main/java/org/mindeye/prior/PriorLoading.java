// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.io.CloseOnFailure;

/** Network and process of a prior out of one file. */
final class PriorLoading {

  private PriorLoading() {}

  /** Loads whichever network the file holds. */
  static DiffusionPrior load(
      Path file, Function<StateDict, DiffusionConfig> process, Precision precision, Device device)
      throws IOException {
    Torch.requirePresent(device);
    Objects.requireNonNull(precision, "precision");
    try (StateDict weights = WeightFiles.open(file);
        CloseOnFailure opened = new CloseOnFailure()) {
      DenoisingNetwork network =
          opened.add(
              PriorWeights.isFinalLayer(PriorWeights.of(weights))
                  ? FinalLayerPriorNetwork.load(weights, precision, device)
                  : PriorNetwork.load(weights, precision, device));
      return opened.done(DiffusionPrior.of(network, process.apply(weights)));
    }
  }
}
