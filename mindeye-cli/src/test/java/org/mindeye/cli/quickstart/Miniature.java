// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import ai.djl.Device;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.mindeye.cli.console.Console;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.data.simulation.BrainSimulatorConfig;
import org.mindeye.losses.MixCoTargets;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.training.ContrastiveConfig;
import org.mindeye.training.TrainingConfig;

/** The quickstart at a size that runs in a second. */
final class Miniature {
  private Miniature() {}

  static QuickstartConfig config(Path folder, long seed) {
    return new QuickstartConfig(
        folder,
        seed,
        new QuickstartConfig.Pictures(48, 16, 24, 64, 12),
        BrainSimulatorConfig.standard(60),
        new QuickstartConfig.Networks(
            32,
            16,
            TransformerConfig.paper().withSize(1, 2, 4),
            new LowLevelConfig.Mlp(16, 1, 0.3, 0.15)),
        new QuickstartConfig.Recipes(
            TrainingConfig.paper()
                .withEpochs(3)
                .withBatchSize(16)
                .withContrastive(
                    ContrastiveConfig.paper().withMixing(0.4, MixCoTargets.AS_PUBLISHED))
                .withSeed(seed),
            LowLevelRecipe.training(10, seed).withBatchSize(16)),
        new Painting(5, 3, new DecodeConfig(4, 2, 0.75, seed, 2)));
  }

  /** A whole run with both reports, as the command does it. */
  static QuickstartResult run(QuickstartConfig config) throws IOException {
    return run(config, new ByteArrayOutputStream());
  }

  static QuickstartResult run(QuickstartConfig config, ByteArrayOutputStream printed)
      throws IOException {
    Console console = new Console(new PrintStream(printed, true, StandardCharsets.UTF_8), false);
    QuickstartResult result = new Quickstart(config, Device.cpu(), console).run();
    JsonReport.write(result, config.json());
    QuickstartReport.of(result).write(config.folder());
    return result;
  }
}
