// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import org.mindeye.cli.train.SavingConfig;
import org.mindeye.core.engine.Precision;
import org.mindeye.training.lowlevel.AutoencoderTrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mindeye world train autoencoder}: scenes to latents and back. */
@Command(
    name = "autoencoder",
    description = {
      "Trains the small world's autoencoder, 64x64 scenes to 4x16x16 latents, on scenes of its own,"
          + " and scores it on test scenes.",
      "OUT gets run.json (what the run is), log.jsonl, epochs.csv, tensorboard/, checkpoints/ and,"
          + " at the end, model.safetensors (float16) and scores.json. Ctrl-C and SIGTERM end a"
          + " run after the step and save it; --resume continues it as if it had never stopped."
    })
final class TrainAutoencoderCommand extends WorldTrainCommand<WorldAutoencoder> {
  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the 8192 training scenes (" + WorldAutoencoder.EPOCHS + ").")
  private int epochs = WorldAutoencoder.EPOCHS;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Same seed, same weights (" + WorldAutoencoder.SEED + ").")
  private long seed = WorldAutoencoder.SEED;

  TrainAutoencoderCommand() {
    super(WorldAutoencoder.class);
  }

  @Override
  WorldAutoencoder asked(Precision asIn, String on, SavingConfig rhythm) {
    return WorldAutoencoder.standard(
        AutoencoderTrainingConfig.standard(epochs)
            .withBatchSize(WorldAutoencoder.BATCH)
            .withPrecision(asIn)
            .withSeed(seed),
        on,
        rhythm);
  }
}
