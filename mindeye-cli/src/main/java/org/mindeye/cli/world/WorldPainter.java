// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import ai.djl.Device;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.RunRecipe;
import org.mindeye.cli.train.SavingConfig;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.MayBeAbsent;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.UnetStages;
import org.mindeye.training.RunFolder;
import org.mindeye.training.painter.PainterTrainingConfig;

/**
 * Everything that makes the small world's painter.
 *
 * @param networks what encodes the scenes
 * @param layers of the UNet; what it paints from and into is the networks' part
 * @param training the recipe
 * @param scenes how many of each split
 * @param device where it is trained
 * @param checkpoints how often the run is saved
 */
record WorldPainter(
    Networks networks,
    Layers layers,
    PainterTrainingConfig training,
    Scenes scenes,
    String device,
    SavingConfig checkpoints)
    implements WorldSource<PainterTrainingConfig> {
  static final int EPOCHS = 16;
  static final long SEED = 42;

  /**
   * Files of networks.
   *
   * @param clip CLIP's image tower, null for the one that comes with the command
   * @param autoencoder null for the one that comes with the command
   */
  record Networks(@MayBeAbsent String clip, @MayBeAbsent String autoencoder) {
    /** The same from files that were moved, null for those that were not. */
    Networks moved(String newClip, String newAutoencoder) {
      return new Networks(
          newClip == null ? clip : newClip, newAutoencoder == null ? autoencoder : newAutoencoder);
    }
  }

  /**
   * The UNet's layers.
   *
   * @param stages of the ways down and up
   * @param heads of every attention
   */
  record Layers(UnetStages stages, int heads) {
    /** The UNet for some tokens and latents. */
    ConditionalUnetConfig unet(ClipSpace condition, int channels, int side) {
      return new ConditionalUnetConfig(stages, heads, condition, channels, side);
    }
  }

  /**
   * How many scenes.
   *
   * @param training trained on
   * @param validation scored after every epoch
   */
  record Scenes(int training, int validation) {}

  /** Checks that all is there. */
  WorldPainter {
    Objects.requireNonNull(networks, "networks");
    Objects.requireNonNull(layers, "layers");
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(scenes, "scenes");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(checkpoints, "checkpoints");
  }

  static WorldPainter standard(
      Networks networks, PainterTrainingConfig training, String device, SavingConfig saving) {
    return new WorldPainter(
        networks,
        new Layers(new UnetStages(List.of(48, 64, 96), List.of(false, true, true), 1, 8), 4),
        training,
        new Scenes(32768, 512),
        device,
        saving);
  }

  /**
   * What a run in a folder makes.
   *
   * @throws MindEyeException if it makes something else
   */
  static WorldPainter of(RunFolder folder) throws IOException {
    Document noted = folder.source();
    if (!noted.has("layers")) {
      throw new MindEyeException(
          folder + ": not a run of `world train painter`; the command that began it resumes it");
    }
    return noted.as(WorldPainter.class);
  }

  /** The same from networks that were moved, null for those that were not. */
  WorldPainter moved(String newClip, String newAutoencoder) {
    Networks moved = networks.moved(newClip, newAutoencoder);
    return new WorldPainter(moved, layers, training, scenes, device, checkpoints);
  }

  @Override
  public WorldPainter goingOn(String newDevice, SavingConfig saving) {
    return new WorldPainter(
        networks, layers, training, scenes, newDevice == null ? device : newDevice, saving);
  }

  @Override
  public List<String> files() {
    return Stream.of(networks.clip, networks.autoencoder).filter(Objects::nonNull).toList();
  }

  @Override
  public RunRecipe recipe(Console console, Device where) {
    return new PainterRecipe(this, where, console);
  }
}
