// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.evaluation.report.Table;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.training.ContrastiveConfig;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.lowlevel.LowLevelTrainingConfig;

/** The settings of a quickstart that are not the published ones, side by side with those. */
final class UnlikePublished {
  private static final Map<String, Setting<TrainingConfig>> RECIPE = new LinkedHashMap<>();
  private static final Map<String, Setting<LowLevel>> LOW_LEVEL = new LinkedHashMap<>();
  private static final Map<String, Setting<DecodeConfig>> PAINTING = new LinkedHashMap<>();

  /**
   * A number, and why the quickstart has its own.
   *
   * @param value reads it
   * @param reason a few words
   */
  private record Setting<T>(Function<T, Object> value, String reason) {}

  /** Recipe and network. */
  private record LowLevel(LowLevelTrainingConfig recipe, LowLevelConfig model) {}

  static {
    recipe("Epochs", "time", TrainingConfig::epochs);
    recipe(
        "Batch size",
        "few epochs: more wrong pictures to tell apart; with 32 it finds 94.3 %",
        c -> c.batches().size());
    recipe(
        "Peak of the learning rate",
        "few epochs; with 0.0003 it finds 89.3 %",
        c -> c.optimizer().learningRate().maximum());
    recipe(
        "Epochs of warm-up",
        "the published two are too many for so short a run",
        c -> c.optimizer().learningRate().warmupEpochs());
    recipe(
        "Temperatures of BiMixCo; of SoftCLIP, first to last",
        "targets spread eight times wider than ViT-L/14's: of the validation scenes of seed 42 the"
            + " published recipe finds 85.0 %, with these temperatures 89.7 %, with batch size and"
            + " learning rate besides 97.3 %",
        c -> temperatures(c.loss().contrastive()));
  }

  static {
    String teacher = "no teacher was trained on this world";
    String time = "time";
    lowLevel(
        "Latents",
        "those of 64 x 64 pixels, not of 512 x 512",
        c -> c.model().latents().channels() + " x " + side(c) + " x " + side(c));
    lowLevel("Weight of the contrastive loss", teacher, c -> c.recipe().objective().contrastive());
    lowLevel("Head for the teacher's features", teacher, c -> c.model().mapsProjector());
    lowLevel(
        "Widths of the convolutions",
        "time: an epoch takes a sixth of the processor time",
        c -> c.model().upsampling());
    lowLevel("Width of the layers", "few pictures", c -> c.model().mlp().hidden());
    lowLevel("Residual layers", time, c -> c.model().mlp().blocks());
    lowLevel("Dropout of the first layer", "few epochs", c -> c.model().mlp().inputDropout());
    lowLevel("Epochs", time, c -> c.recipe().epochs());
    lowLevel("Batch size", time, c -> c.recipe().batchSize());
    lowLevel(
        "Peak of the learning rate",
        "few epochs",
        c -> c.recipe().optimizer().learningRate().maximum());
    lowLevel(
        "Epochs of warm-up",
        "the published two are too many for so short a run",
        c -> c.recipe().optimizer().learningRate().warmupEpochs());
  }

  static {
    PAINTING.put("Candidates of a picture", new Setting<>(DecodeConfig::candidates, "time"));
    PAINTING.put(
        "Strength of image-to-image",
        new Setting<>(
            DecodeConfig::strength,
            "more of the blurry picture: on 64 validation scenes the judge identifies 87 %, with 0.7 82 %"));
  }

  private UnlikePublished() {}

  private static void recipe(String name, String reason, Function<TrainingConfig, Object> value) {
    RECIPE.put(name, new Setting<>(value, reason));
  }

  private static String temperatures(ContrastiveConfig loss) {
    return plain(loss.mixedTemperature())
        + "; "
        + plain(loss.firstTemperature())
        + " to "
        + plain(loss.lastTemperature());
  }

  private static int side(LowLevel config) {
    return config.model().latents().side();
  }

  private static void lowLevel(String name, String reason, Function<LowLevel, Object> value) {
    LOW_LEVEL.put(name, new Setting<>(value, reason));
  }

  /** One row for each setting of the main recipe that differs. */
  static Table of(TrainingConfig config) {
    return table("Settings unlike the published recipe", RECIPE, config, TrainingConfig.paper());
  }

  /** One row for each setting of the low-level network and its recipe that differs. */
  static Table of(LowLevelTrainingConfig recipe, LowLevelConfig model) {
    return table(
        "The low-level network's settings unlike the published",
        LOW_LEVEL,
        new LowLevel(recipe, model),
        new LowLevel(LowLevelTrainingConfig.paper(), LowLevelConfig.paper(model.voxels())));
  }

  /** One row for each setting of the painting that differs. */
  static Table of(Painting painting, int timesteps) {
    return table(
            "Painting unlike the published", PAINTING, painting.decoding(), DecodeConfig.paper())
        .row(
            "Network calls of the prior's sampler",
            String.valueOf(painting.priorSteps()),
            String.valueOf(timesteps),
            "time; the multistep sampler needs few");
  }

  private static <T> Table table(
      String title, Map<String, Setting<T>> settings, T ours, T published) {
    Table table = Table.of(title, "Setting", "Here", "Published", "Why");
    settings.forEach(
        (name, setting) -> {
          Object here = setting.value().apply(ours);
          Object there = setting.value().apply(published);
          if (!here.equals(there)) {
            table.row(name, plain(here), plain(there), setting.reason());
          }
        });
    return table;
  }

  /** A value for people: a number without an exponent, and without decimals where it is whole. */
  static String plain(Object value) {
    return value instanceof Double number
        ? BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
        : value.toString();
  }
}
