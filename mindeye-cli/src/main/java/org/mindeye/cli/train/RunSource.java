// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.cli.console.Console;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.MayBeAbsent;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TrainingConfig;

/**
 * What a run is made from: everything to make it again.
 *
 * @param data the folder of the web-dataset
 * @param subject the number in its file names
 * @param clip the file of the CLIP image tower
 * @param clipConfig the shape of the tower
 * @param startFrom trained weights to start from; null for fresh ones
 * @param device where the networks live
 * @param config what the run decides
 */
record RunSource(
    String data,
    int subject,
    String clip,
    VisionTransformerConfig clipConfig,
    @MayBeAbsent String startFrom,
    String device,
    RunConfig config)
    implements TrainingSource<TrainingConfig> {
  /** Checks what can be checked without files. */
  RunSource {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(clip, "clip");
    Objects.requireNonNull(clipConfig, "clipConfig");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(config, "config");
    requireSubject(subject);
  }

  /** Refuses numbers that file names do not have. */
  static void requireSubject(int subject) {
    if (subject < 1 || subject > 99) {
      throw new IllegalArgumentException(
          "subject "
              + subject
              + ": expected 1 to 99 (1 to 8 of the Natural Scenes Dataset, above 8 your own)");
    }
  }

  /**
   * What a run in a folder is made from.
   *
   * @throws NoSuchFileException if there is no run; says what there is
   */
  static RunSource of(RunFolder folder) throws IOException {
    Document noted = folder.source();
    if (LowLevelSource.isOne(noted)) {
      throw new MindEyeException(
          folder
              + ": a run of train-lowlevel, which predicts latents and no CLIP tokens; `mindeye"
              + " train-lowlevel --resume "
              + folder
              + "` continues it, its epochs.csv has its scores, and `mindeye forward lowlevel`"
              + " uses its weights");
    }
    return noted.as(RunSource.class).seenFrom(folder.folder());
  }

  @Override
  public TrainingConfig training() {
    return config.train();
  }

  @Override
  public SavingConfig checkpoints() {
    return config.checkpoints();
  }

  @Override
  public List<String> files() {
    return List.of(data, clip);
  }

  @Override
  public RunRecipe recipe(Console console, Device where) {
    return new MindEyeRecipe(this, where, console);
  }

  /** The same, saved in another rhythm, and of another length unless that is null. */
  RunSource resumedWith(SavingConfig saving, Integer epochs) {
    TrainingConfig train = epochs == null ? config.train() : config.train().withEpochs(epochs);
    return with(config.with(train, saving));
  }

  private RunSource with(RunConfig changed) {
    return new RunSource(data, subject, clip, clipConfig, startFrom, device, changed);
  }

  /** The same with targets in a folder that was moved; null for the same. */
  RunSource cachedIn(String targetCache) {
    return with(config.withTargetCache(targetCache));
  }

  /** The same from files that were moved; null for those that were not. */
  RunSource movedTo(String newData, String newClip, String newDevice) {
    return new RunSource(
        newData == null ? data : newData,
        subject,
        newClip == null ? clip : newClip,
        clipConfig,
        startFrom,
        newDevice == null ? device : newDevice,
        config);
  }

  /** The same with paths that are seen from a folder, as the quickstart's are. */
  RunSource seenFrom(Path folder) {
    return new RunSource(
        folder.resolve(data).toString(),
        subject,
        folder.resolve(clip).toString(),
        clipConfig,
        startFrom == null ? null : folder.resolve(startFrom).toString(),
        device,
        config);
  }
}
