// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.mindeye.evaluation.report.Table;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.lowlevel.LowLevelTrainingConfig;

/** The settings of a recipe that are not the published ones, side by side with those. */
final class UnlikePublished {
  private static final Map<String, Function<TrainingConfig, Object>> SETTINGS =
      new LinkedHashMap<>();
  private static final Map<String, LowLevelSetting> LOW_LEVEL = new LinkedHashMap<>();

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

  /** Recipe and network. */
  private record LowLevel(LowLevelTrainingConfig recipe, LowLevelConfig model) {}

  /**
   * A number, and why the quickstart has its own.
   *
   * @param value reads it
   * @param reason a few words
   */
  private record LowLevelSetting(Function<LowLevel, Object> value, String reason) {}

  static {
    String teacher = "no teacher was trained on this world";
    lowLevel(
        "Latents",
        "those of 64 x 64 pixels, not of 512 x 512",
        c -> c.model().latents().channels() + " x " + side(c) + " x " + side(c));
    lowLevel("Weight of the contrastive loss", teacher, c -> c.recipe().objective().contrastive());
    lowLevel("Head for the teacher's features", teacher, c -> c.model().mapsProjector());
    lowLevel(
        "Widths of the convolutions",
        "an epoch takes a sixth of the processor time; two of the published widths, which took more"
            + " than eight of these, ended at 0.977 (with layers 256 wide)",
        c -> c.model().upsampling());
    lowLevel("Width of the layers", "few pictures; 512 wide 0.795", c -> c.model().mlp().hidden());
    lowLevel(
        "Residual layers",
        "time; one, with the published dropout, 0.797",
        c -> c.model().mlp().blocks());
    lowLevel(
        "Dropout of the first layer",
        "few epochs; 0.5, in batches of 16 at half the learning rate, 0.793",
        c -> c.model().mlp().inputDropout());
    lowLevel("Epochs", "time", c -> c.recipe().epochs());
    lowLevel(
        "Batch size",
        "time; 16 as above, 64 at twice the learning rate, with a residual layer, 0.804",
        c -> c.recipe().batchSize());
    lowLevel(
        "Peak of the learning rate",
        "few epochs; 0.003 after one of warm-up 0.791",
        c -> c.recipe().optimizer().learningRate().maximum());
    lowLevel(
        "Epochs of warm-up",
        "the published two are too many for so short a run",
        c -> c.recipe().optimizer().learningRate().warmupEpochs());
  }

  private static int side(LowLevel config) {
    return config.model().latents().side();
  }

  private static void lowLevel(String name, String reason, Function<LowLevel, Object> value) {
    LOW_LEVEL.put(name, new LowLevelSetting(value, reason));
  }

  /** One row for each setting of the low-level network and its recipe that differs. */
  static Table of(LowLevelTrainingConfig recipe, LowLevelConfig model) {
    LowLevel config = new LowLevel(recipe, model);
    LowLevel published =
        new LowLevel(LowLevelTrainingConfig.paper(), LowLevelConfig.paper(model.voxels()));
    Table table =
        Table.of(
            "The low-level network's settings unlike the published",
            "Setting",
            "Here",
            "Published",
            "Why");
    LOW_LEVEL.forEach(
        (name, setting) -> {
          Object here = setting.value().apply(config);
          Object there = setting.value().apply(published);
          if (!here.equals(there)) {
            table.row(name, here.toString(), there.toString(), setting.reason());
          }
        });
    return table;
  }
}
