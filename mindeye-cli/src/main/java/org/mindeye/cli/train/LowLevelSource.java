// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.cli.console.Console;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.MayBeAbsent;
import org.mindeye.training.RunFolder;
import org.mindeye.training.lowlevel.LowLevelTrainingConfig;

/**
 * What a run of the low-level network is made from: everything to make it again.
 *
 * @param data the folder of the web-dataset
 * @param subject the number in its file names
 * @param autoencoder the file of the autoencoder whose latents are learned, or its folder
 * @param teacher the file of the teacher; null where the objective has no use for one
 * @param device where the networks live
 * @param config what the run decides
 */
record LowLevelSource(
    String data,
    int subject,
    String autoencoder,
    @MayBeAbsent String teacher,
    String device,
    LowLevelRunConfig config)
    implements TrainingSource<LowLevelTrainingConfig> {
  /** Checks what can be checked without files. */
  LowLevelSource {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(autoencoder, "autoencoder");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(config, "config");
    RunSource.requireSubject(subject);
    double weight = config.train().objective().contrastive();
    if (weight > 0 && teacher == null) {
      throw new IllegalArgumentException(
          "the contrastive loss has the weight "
              + weight
              + ", so the run needs --teacher, the file of the ConvNeXt that it imitates; without"
              + " one, give --contrastive-weight 0, which trains on latents alone");
    }
    if (weight == 0 && teacher != null) {
      throw new IllegalArgumentException(
          "--teacher says nothing where the contrastive loss has the weight 0; leave it out, or"
              + " give --contrastive-weight a number");
    }
  }

  /** Whether the note of a run is one of these. */
  static boolean isOne(Document noted) {
    return noted.has("autoencoder") && !noted.has("clip");
  }

  /**
   * What a run in a folder is made from.
   *
   * @throws NoSuchFileException if there is no run; says what there is
   */
  static LowLevelSource of(RunFolder folder) throws IOException {
    Document noted = folder.source();
    if (!isOne(noted)) {
      throw new MindEyeException(
          folder + ": not a run of train-lowlevel; the command that began it resumes it");
    }
    return noted.as(LowLevelSource.class);
  }

  @Override
  public LowLevelTrainingConfig training() {
    return config.train();
  }

  @Override
  public SavingConfig checkpoints() {
    return config.checkpoints();
  }

  @Override
  public List<String> files() {
    return Stream.of(data, autoencoder, teacher).filter(Objects::nonNull).toList();
  }

  @Override
  public RunRecipe recipe(Console console, Device where) {
    return new LowLevelRecipe(this, where, console);
  }

  /** The same from files that were moved, null for those that were not, in another rhythm. */
  LowLevelSource resumedWith(
      String newData,
      String newAutoencoder,
      String newTeacher,
      String newDevice,
      SavingConfig saving) {
    return new LowLevelSource(
        newData == null ? data : newData,
        subject,
        newAutoencoder == null ? autoencoder : newAutoencoder,
        newTeacher == null ? teacher : newTeacher,
        newDevice == null ? device : newDevice,
        new LowLevelRunConfig(config.train(), config.side(), config.model(), saving));
  }
}
