// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.util.Objects;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.RunRecipe;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.training.clip.ClipTrainingConfig;

/**
 * Everything that makes the small world's CLIP image tower.
 *
 * @param model its shape
 * @param textWidth numbers per word of the tower of descriptions
 * @param training the recipe
 * @param scenes how many of each split
 * @param device where it is trained
 * @param checkpoints how often the run is saved
 */
record WorldClip(
    VisionTransformerConfig model,
    int textWidth,
    ClipTrainingConfig training,
    Scenes scenes,
    String device,
    SavingConfig checkpoints)
    implements SceneSource<ClipTrainingConfig> {
  static final int EPOCHS = 20;
  static final long SEED = 42;

  /** Checks that all is there. */
  WorldClip {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(scenes, "scenes");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(checkpoints, "checkpoints");
  }

  static WorldClip standard(ClipTrainingConfig training, String device, SavingConfig saving) {
    return new WorldClip(
        SmallWorld.CLIP, 128, training, new Scenes(49152, 1024, 2048), device, saving);
  }

  @Override
  public WorldClip goingOn(String newDevice, SavingConfig saving) {
    return new WorldClip(
        model, textWidth, training, scenes, newDevice == null ? device : newDevice, saving);
  }

  @Override
  public RunRecipe recipe(Console console, Device where) {
    return new ClipRecipe(this, where, console);
  }
}
