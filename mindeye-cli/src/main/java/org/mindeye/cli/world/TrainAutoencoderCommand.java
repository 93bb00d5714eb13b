// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import java.nio.file.Path;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.cli.train.SavingOptions;
import org.mindeye.core.engine.Precision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mindeye world train autoencoder}: scenes to latents and back. */
@Command(
    name = "autoencoder",
    description = {
      "Trains the small world's autoencoder, 64x64 scenes to 4x16x16 latents, on scenes of its own,"
          + " and scores it on test scenes.",
      "Writes model.safetensors (float16), scores.json, run.json, log.jsonl, epochs.csv,"
          + " tensorboard/ and checkpoints/ to the output folder. Ctrl-C saves; --resume goes on."
    },
    mixinStandardHelpOptions = true)
final class TrainAutoencoderCommand extends WorldTrainCommand<WorldAutoencoder> {
  @Option(names = "--out", paramLabel = "OUT", description = "Where everything goes; empty or new.")
  private Path out;

  @Option(
      names = "--resume",
      paramLabel = "OUT",
      description =
          "Go on with the run in this folder; only --device, --keep and --checkpoint-every-... may"
              + " change.")
  private Path resume;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the 8192 training scenes (" + WorldAutoencoder.EPOCHS + ").")
  private Integer epochs;

  @Option(names = "--seed", paramLabel = "N", description = "Same seed, same weights (42).")
  private Long seed;

  @Option(names = "--device", paramLabel = "NAME", description = "cpu (default), gpu0, ...")
  private String device;

  @Mixin(name = "Checkpoints")
  private SavingOptions saving = new SavingOptions();

  TrainAutoencoderCommand() {
    super(WorldAutoencoder.class);
  }

  @Override
  Given given() {
    return new Given(out, resume, null, null, device, saving);
  }

  @Override
  WorldAutoencoder asked(Precision asIn, String on, SavingConfig rhythm) {
    return WorldAutoencoder.standard(
        epochs == null ? WorldAutoencoder.EPOCHS : epochs,
        seed == null ? WorldAutoencoder.SEED : seed,
        on,
        rhythm);
  }
}
