// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.RunFolder;
import org.mindeye.training.RunRecord;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.TrainingResult;

/** What another command trained, noted as {@code mindeye train} does, so that it can be scored. */
public final class RunNote {
  /** The share of a short run in which the learning rate rises: torch's default. */
  public static final double SHORT_RISE = 0.3;

  private RunNote() {}

  /**
   * Everything but the folder.
   *
   * @param data the folder of the web-dataset, seen from the run's
   * @param subject the number in its file names
   * @param clip the file of the CLIP image tower, seen from the run's folder
   * @param tower its shape
   * @param training the recipe
   * @param model the networks
   * @param record who trained them from what
   */
  public record Source(
      String data,
      int subject,
      String clip,
      VisionTransformerConfig tower,
      TrainingConfig training,
      ModelConfig model,
      RunRecord record) {}

  /**
   * Writes the note.
   *
   * @param folder of the run; can be moved as long as data and CLIP lie in it
   * @param source what it was made from
   * @param result how it ended
   * @throws IOException if the file cannot be written
   */
  public static void write(Path folder, Source source, TrainingResult result) throws IOException {
    RunConfig config =
        new RunConfig(
            source.training(),
            false,
            NetworkConfig.of(source.model()),
            SavingConfig.standard(),
            null);
    RunSource made =
        new RunSource(
            source.data(),
            source.subject(),
            source.clip(),
            source.tower(),
            null,
            source.record().device(),
            config);
    RunFolder run = RunFolder.at(folder);
    run.begin(made, source.model(), source.record());
    run.end(result);
  }
}
