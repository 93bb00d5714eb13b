// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.mindeye.evaluation.report.Table;
import org.mindeye.training.TrainingConfig;

/** The settings of a recipe that are not the published ones, side by side with those. */
final class UnlikePublished {
  private static final Map<String, Function<TrainingConfig, Object>> SETTINGS =
      new LinkedHashMap<>();

  static {
    SETTINGS.put("Epochs", TrainingConfig::epochs);
    SETTINGS.put("Batch size", c -> c.batches().size());
    SETTINGS.put("Peak of the learning rate", c -> c.optimizer().learningRate().maximum());
    SETTINGS.put("Epochs of warm-up", c -> c.optimizer().learningRate().warmupEpochs());
    SETTINGS.put("Weight of the prior's loss", c -> c.loss().objective().prior());
    SETTINGS.put("Share of the epochs with mixed voxels", c -> c.loss().contrastive().mixedShare());
    SETTINGS.put("Temperature of BiMixCo", c -> c.loss().contrastive().mixedTemperature());
    SETTINGS.put("First temperature of SoftCLIP", c -> c.loss().contrastive().firstTemperature());
    SETTINGS.put("Last temperature of SoftCLIP", c -> c.loss().contrastive().lastTemperature());
  }

  private UnlikePublished() {}

  /** One row for each setting that differs. */
  static Table of(TrainingConfig config) {
    TrainingConfig published = TrainingConfig.paper();
    Table table = Table.of("Settings unlike the published recipe", "Setting", "Here", "Published");
    SETTINGS.forEach(
        (name, setting) -> {
          Object here = setting.apply(config);
          Object there = setting.apply(published);
          if (!here.equals(there)) {
            table.row(name, here.toString(), there.toString());
          }
        });
    return table;
  }
}
