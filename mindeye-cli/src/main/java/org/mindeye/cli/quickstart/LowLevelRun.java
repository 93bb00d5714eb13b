// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.report.EncodedSplit;
import org.mindeye.cli.report.LowLevelEvaluator;
import org.mindeye.cli.report.LowLevelPictures;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.lowlevel.VaeLatentBranch;
import org.mindeye.training.JsonLinesListener;
import org.mindeye.training.RunFolder;
import org.mindeye.training.RunRecord;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.TrainingResult;
import org.mindeye.training.lowlevel.LowLevelSplit;
import org.mindeye.training.lowlevel.LowLevelTrainer;
import org.mindeye.training.lowlevel.LowLevelTrainingConfig;

/** Trains the low-level network on the responses that backbone and prior were trained on. */
final class LowLevelRun {
  private static final long WEIGHTS = 29;

  private final QuickstartConfig config;
  private final Device device;
  private final Console console;

  LowLevelRun(QuickstartConfig config, Device device, Console console) {
    this.config = config;
    this.device = device;
    this.console = console;
  }

  /**
   * What came of it.
   *
   * @param model the network's shape
   * @param parameters its trainable numbers
   * @param history the training run
   * @param pictures what it paints of the test split
   */
  record Result(
      LowLevelConfig model,
      long parameters,
      List<EpochReport> history,
      LowLevelPictures pictures) {}

  /**
   * What this run is made from.
   *
   * @param data the folder of the web-dataset, seen from the run's
   * @param subject the number in its file names
   * @param autoencoder the file of the autoencoder, seen from the run's folder
   * @param training the recipe
   */
  record Source(String data, int subject, String autoencoder, LowLevelTrainingConfig training) {}

  /** Trains, saves and paints. */
  Result run(QuickstartData data) throws IOException {
    try (AutoencoderKl autoencoder = AutoencoderKl.load(config.autoencoderWeights(), device)) {
      LowLevelSplit training = latents(Split.TRAIN, data.training(), autoencoder);
      LowLevelSplit validation = latents(Split.VALIDATION, data.validation(), autoencoder);
      LowLevelConfig model = config.lowLevelModel(autoencoder.config());
      try (LowLevelNetwork network = new LowLevelNetwork(model)) {
        network.initialize(device, NoiseSource.seeded(config.seed(), WEIGHTS));
        TrainingResult trained = train(network, training, validation);
        console.say("painting %s", Plural.of(data.test().size(), "test image"));
        LowLevelPictures pictures =
            new LowLevelEvaluator(VaeLatentBranch.of(network), training, validation)
                .evaluate(latents(Split.TEST, data.test(), autoencoder));
        return new Result(model, network.parameterCount(), trained.history(), pictures);
      }
    }
  }

  private LowLevelSplit latents(Split split, EncodedSplit data, AutoencoderKl autoencoder) {
    return LowLevelSplit.encode(split, data.trials(), autoencoder, config.pictures().side());
  }

  private TrainingResult train(
      LowLevelNetwork network, LowLevelSplit training, LowLevelSplit validation)
      throws IOException {
    RunFolder folder = config.lowLevel();
    Files.createDirectories(folder.folder());
    folder.begin(source(), network.config(), RunRecord.Software.ofThisProcess());
    console.say(
        "training a low-level network of %,d parameters for %s",
        network.parameterCount(), Plural.of(config.recipes().lowLevel().epochs(), "epoch"));
    LowLevelTrainer trainer =
        new LowLevelTrainer(
            config.recipes().lowLevel(), console.training(), new JsonLinesListener(folder.log()));
    TrainingResult result = trainer.train(network, training, validation);
    trainer.write(folder.weights(), network, training, validation);
    folder.end(result);
    return result;
  }

  private Source source() {
    return new Source(
        seenFromRun(config.data()),
        World.SUBJECT,
        seenFromRun(config.autoencoderWeights()),
        config.recipes().lowLevel());
  }

  private String seenFromRun(Path file) {
    return config.lowLevel().folder().relativize(file).toString();
  }
}
