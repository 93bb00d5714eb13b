// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.util.List;
import java.util.Objects;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.RunRecipe;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig;
import org.mindeye.training.attributes.AttributeTrainingConfig;

/**
 * Everything that makes the small world's judge.
 *
 * @param model its shape
 * @param training the recipe
 * @param scenes how many of each split
 * @param device where it is trained
 * @param checkpoints how often the run is saved
 */
record WorldJudge(
    AttributeClassifierConfig model,
    AttributeTrainingConfig training,
    Scenes scenes,
    String device,
    SavingConfig checkpoints)
    implements SceneSource<AttributeTrainingConfig> {
  static final int EPOCHS = 12;

  /** Another one than that of the networks it judges. */
  static final long SEED = 77;

  /** Checks that all is there. */
  WorldJudge {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(scenes, "scenes");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(checkpoints, "checkpoints");
  }

  static WorldJudge standard(AttributeTrainingConfig training, String device, SavingConfig saving) {
    return new WorldJudge(
        new AttributeClassifierConfig(
            SceneSet.SIDE, List.of(24, 48, 96), 8, 128, SceneWords.ATTRIBUTES),
        training,
        new Scenes(24576, 1024, 2048),
        device,
        saving);
  }

  @Override
  public WorldJudge goingOn(String newDevice, SavingConfig saving) {
    return new WorldJudge(model, training, scenes, newDevice == null ? device : newDevice, saving);
  }

  @Override
  public RunRecipe recipe(Console console, Device where) {
    return new JudgeRecipe(this, where, console);
  }
}
