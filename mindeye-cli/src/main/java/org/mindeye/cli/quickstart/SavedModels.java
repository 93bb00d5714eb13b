// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import java.io.IOException;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.MindEyeWeights;
import org.mindeye.training.Provenance;
import org.mindeye.training.RunRecord;

/** The networks of a run as files for other commands. A file appears only when it is complete. */
final class SavedModels {
  private SavedModels() {}

  /** Writes the world's image encoder: weights that note their shape, and the shape by itself. */
  static void write(ClipVisionTransformer tower, QuickstartConfig config) throws IOException {
    WeightFiles.write(config.clipWeights(), tower, tower.config().metadata());
    StagedFile.write(config.clipConfig(), DocumentWriter.bytes(tower.config()));
  }

  /** Writes backbone and prior under the published names. */
  static void write(MindEyeModel model, RunRecord record, QuickstartConfig config)
      throws IOException {
    MindEyeWeights.write(
        config.modelWeights(), model, new Provenance(config.training(), config.model(), record));
  }
}
