// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.mindeye.cli.train.TokenWeights;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.weights.StateDict;
import org.mindeye.training.MindEyeWeights;
import org.mindeye.training.ModelConfig;

/** The backbone that is measured: drawn, or the user's own. */
final class BenchWeights {
  private static final long SEED = 1;

  private BenchWeights() {}

  /** Its shape; none of its numbers are read. */
  static BackboneConfig config(Task task) throws IOException {
    return task.isFile() ? config(TokenWeights.open(Path.of(task.path()))) : task.model().config();
  }

  private static BackboneConfig config(MindEyeWeights trained) throws IOException {
    Optional<ModelConfig> noted = trained.model();
    if (noted.isPresent()) {
      return noted.get().backbone();
    }
    try (StateDict weights = trained.weights()) {
      return BackboneConfig.of(weights);
    }
  }

  /** Loads or draws it, in the task's format. */
  static BackboneEncoder encoder(Task task, Device device) throws IOException {
    if (!task.isFile()) {
      return BackboneEncoder.of(drawn(task.model(), task.precision(), device));
    }
    MindEyeWeights trained = TokenWeights.open(Path.of(task.path()));
    BackboneConfig config = config(trained);
    try (StateDict weights = trained.weights()) {
      return BackboneEncoder.of(
          ResidualMlpBackbone.load(weights, config, task.precision(), device));
    }
  }

  /** Draws the weights of a model. */
  static ResidualMlpBackbone drawn(Model model, Precision stored, Device device) {
    ResidualMlpBackbone backbone = new ResidualMlpBackbone(model.config());
    backbone.storeIn(stored);
    backbone.initialize(device, NoiseSource.seeded(SEED));
    return backbone;
  }
}
