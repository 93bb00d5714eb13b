// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.util.List;
import java.util.Objects;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.RunRecipe;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.training.lowlevel.AutoencoderTrainingConfig;

/**
 * Everything that makes the small world's autoencoder.
 *
 * @param model its shape; the scale is measured at the end
 * @param training the recipe
 * @param scenes how many of each split
 * @param device where it is trained
 * @param checkpoints how often the run is saved
 */
record WorldAutoencoder(
    AutoencoderConfig model,
    AutoencoderTrainingConfig training,
    Scenes scenes,
    String device,
    SavingConfig checkpoints)
    implements SceneSource<AutoencoderTrainingConfig> {
  static final int EPOCHS = 6;
  static final int BATCH = 8;
  static final long SEED = 42;

  /** Checks that all is there. */
  WorldAutoencoder {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(scenes, "scenes");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(checkpoints, "checkpoints");
  }

  static WorldAutoencoder standard(
      AutoencoderTrainingConfig training, String device, SavingConfig saving) {
    return new WorldAutoencoder(
        new AutoencoderConfig(new ConvolutionStages(List.of(16, 32, 48), 1, 8), 4, 1),
        training,
        new Scenes(8192, 256, 512),
        device,
        saving);
  }

  @Override
  public WorldAutoencoder goingOn(String newDevice, SavingConfig saving) {
    return new WorldAutoencoder(
        model, training, scenes, newDevice == null ? device : newDevice, saving);
  }

  @Override
  public RunRecipe recipe(Console console, Device where) {
    return new AutoencoderRecipe(this, where, console);
  }
}
