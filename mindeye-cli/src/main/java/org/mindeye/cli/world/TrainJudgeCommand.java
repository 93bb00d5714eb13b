// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import org.mindeye.cli.train.SavingConfig;
import org.mindeye.core.engine.Precision;
import org.mindeye.training.attributes.AttributeTrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mindeye world train judge}: scenes to what they show. */
@Command(
    name = "judge",
    description = {
      "Trains the small world's judge, a classifier that says what the main thing of a 64x64 scene"
          + " is, its colour and where it is, on scenes of its own. It shares no weights, scenes"
          + " or random numbers with the networks it judges, and nothing is trained to please it.",
      "OUT gets run.json (what the run is), log.jsonl, epochs.csv, tensorboard/, checkpoints/ and,"
          + " at the end, model.safetensors (float16) and scores.json. Ctrl-C and SIGTERM end a"
          + " run after the step and save it; --resume continues it as if it had never stopped."
    })
final class TrainJudgeCommand extends WorldTrainCommand<WorldJudge> {
  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the 24576 training scenes (" + WorldJudge.EPOCHS + ").")
  private int epochs = WorldJudge.EPOCHS;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Same seed, same weights (" + WorldJudge.SEED + ").")
  private long seed = WorldJudge.SEED;

  TrainJudgeCommand() {
    super(WorldJudge.class);
  }

  @Override
  WorldJudge asked(Precision asIn, String on, SavingConfig rhythm) {
    return WorldJudge.standard(
        AttributeTrainingConfig.standard(epochs).withPrecision(asIn).withSeed(seed), on, rhythm);
  }
}
