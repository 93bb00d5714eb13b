// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import org.mindeye.cli.train.SavingConfig;
import org.mindeye.core.engine.Precision;
import org.mindeye.training.clip.ClipTrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mindeye world train clip}: scenes to tokens that say what is where. */
@Command(
    name = "clip",
    description = {
      "Trains the small world's CLIP image tower, 64x64 scenes to 17 tokens of 96, on scenes of"
          + " many things: contrastively against their descriptions, and by what is at the place"
          + " of each patch. Then scores it on test scenes, whose combinations of thing, colour and"
          + " pattern are new to it.",
      "OUT gets run.json (what the run is), log.jsonl, epochs.csv, tensorboard/, checkpoints/ and,"
          + " at the end, model.safetensors (float16, the image tower alone) and scores.json."
          + " Ctrl-C and SIGTERM end a run after the step and save it; --resume continues it as if"
          + " it had never stopped."
    })
final class TrainClipCommand extends WorldTrainCommand<WorldClip> {
  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the 49152 training scenes (" + WorldClip.EPOCHS + ").")
  private int epochs = WorldClip.EPOCHS;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Same seed, same weights (" + WorldClip.SEED + ").")
  private long seed = WorldClip.SEED;

  TrainClipCommand() {
    super(WorldClip.class);
  }

  @Override
  WorldClip asked(Precision asIn, String on, SavingConfig rhythm) {
    return WorldClip.standard(
        ClipTrainingConfig.standard(epochs).withPrecision(asIn).withSeed(seed), on, rhythm);
  }
}
