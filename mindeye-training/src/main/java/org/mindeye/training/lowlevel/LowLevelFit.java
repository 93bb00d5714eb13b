// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mindeye.Plural;
import org.mindeye.core.nn.Network;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.data.Split;
import org.mindeye.data.Splits;
import org.mindeye.data.Trial;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;

/**
 * Whether the parts of a run fit together: looked at before the first step.
 *
 * @param config the recipe
 * @param network what is trained
 * @param teacher null without one, or where the objective has no use for it
 */
record LowLevelFit(
    LowLevelTrainingConfig config, LowLevelNetwork network, ConvNextTeacher teacher) {

  void require(LowLevelSplit training, LowLevelSplit validation) {
    Splits.requireUses(training.split(), validation.split());
    Splits.requireDisjoint(
        Map.of(Split.TRAIN, training.trials(), Split.VALIDATION, validation.trials()));
    if (training.side() != validation.side()
        || !training.autoencoderDigest().equals(validation.autoencoderDigest())) {
      throw new IllegalArgumentException(
          "validation split: expected images of side "
              + training.side()
              + ", encoded by the autoencoder of the training split, but they are of side "
              + validation.side()
              + ", encoded by "
              + validation.autoencoderDigest());
    }
    for (LowLevelSplit split : List.of(training, validation)) {
      split.trials().forEach(trial -> requireVoxels(split.split(), trial));
    }
    requireNetworks(training.autoencoder(), training.side());
  }

  /** What can be looked at before there are data. */
  void requireNetworks(AutoencoderKl autoencoder, int side) {
    requireDevice("the autoencoder", autoencoder);
    requireLatents(autoencoder, side);
    if (config.objective().contrastive() > 0) {
      requireTeacher(side);
    }
  }

  private void requireDevice(String name, Network other) {
    if (!other.device().equals(network.device())) {
      throw new IllegalArgumentException(
          name
              + ": on "
              + other.device()
              + ", but the network is on "
              + network.device()
              + "; load both on one device");
    }
  }

  private void requireLatents(AutoencoderKl autoencoder, int side) {
    LowLevelConfig.Latents expected = network.config().latents();
    LowLevelConfig.Latents found = LowLevelSplit.latents(autoencoder.config(), side);
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          "latents: the network predicts "
              + expected.channels()
              + " channels of side "
              + expected.side()
              + " but images of side "
              + side
              + " have "
              + found.channels()
              + " of side "
              + found.side()
              + "; encode images of side "
              + expected.side() * autoencoder.config().stages().reduction()
              + " with an autoencoder of "
              + expected.channels()
              + " latent channels");
    }
  }

  /** Now, not after the first epoch. */
  private void requireVoxels(Split split, Trial trial) {
    int expected = network.config().voxels();
    if (trial.voxelCount() != expected) {
      throw new ShapeMismatchException(
          split
              + " sample "
              + trial.key()
              + ": expected the "
              + Plural.of(expected, "voxel")
              + " that the network reads but found "
              + trial.voxelCount());
    }
  }

  private void requireTeacher(int side) {
    String weight = "objective: contrastive has the weight " + config.objective().contrastive();
    if (teacher == null) {
      throw new IllegalArgumentException(
          weight + " but there is no teacher; give one, or train with objective.withoutTeacher()");
    }
    if (!network.config().mapsProjector()) {
      throw new IllegalArgumentException(
          weight
              + " but the network has no projector, which upsampling X4 alone can have; give it"
              + " one, or train with objective.withoutTeacher()");
    }
    requireDevice("the teacher", teacher);
    int reduction = teacher.config().reduction();
    int maps = network.config().mapSide();
    int width = teacher.config().projectorWidth();
    if (side != maps * reduction || width != LowLevelConfig.PROJECTED_WIDTH) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "teacher: expected features of %d x %d positions, %d wide, for images of side %d but"
                  + " it divides sides by %d and its features are %d wide; choose a teacher that"
                  + " fits, or train with objective.withoutTeacher()",
              maps,
              maps,
              LowLevelConfig.PROJECTED_WIDTH,
              side,
              reduction,
              width));
    }
  }
}
