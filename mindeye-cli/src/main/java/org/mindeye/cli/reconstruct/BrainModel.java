// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.mindeye.MindEyeException;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.weights.StateDict;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.MindEyeWeights;
import org.mindeye.training.ModelConfig;

/**
 * Backbone and prior.
 *
 * @param place where they are
 * @param backbone its shape
 */
record BrainModel(TrainedPlace place, BackboneConfig backbone) {
  /**
   * Looks at weights; none of their numbers are read.
   *
   * @throws MindEyeException if they are no backbone's, or without a prior
   */
  static BrainModel open(Path path) throws IOException {
    TrainedPlace place = TrainedPlace.open(path);
    BackboneConfig shape =
        place.isRun()
            ? place.using(weights -> shape(path, MindEyeWeights.of(weights)))
            : shape(path, MindEyeWeights.open(path));
    return new BrainModel(place, shape);
  }

  private static BackboneConfig shape(Path path, MindEyeWeights weights) throws IOException {
    if (!weights.hasPrior()) {
      throw new MindEyeException(
          path + ": expected a diffusion prior beside the backbone, to paint from, but found none");
    }
    Optional<BackboneConfig> noted = weights.model().map(ModelConfig::backbone);
    if (noted.isPresent()) {
      return noted.get();
    }
    try (StateDict tensors = weights.weights()) {
      return BackboneConfig.of(tensors);
    }
  }

  /** Loads both networks, in a format that the prior offers. */
  MindEyeModel load(Precision precision, Device device) throws IOException {
    return place.isRun()
        ? place.using(weights -> MindEyeWeights.of(weights).load(true, precision, device))
        : MindEyeWeights.open(place.place()).load(true, precision, device);
  }
}
