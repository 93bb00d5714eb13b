// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import java.io.IOException;
import java.util.List;
import org.mindeye.cli.report.EncodedSplit;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.data.webdataset.SubjectData;
import org.mindeye.training.CachedTargets;

/**
 * What was read back from the files, with targets made from the pictures in them.
 *
 * @param training the training split
 * @param validation the validation split
 * @param test the test split
 */
record QuickstartData(EncodedSplit training, EncodedSplit validation, EncodedSplit test) {
  static QuickstartData read(QuickstartConfig config, ClipImageEncoder encoder) throws IOException {
    return new QuickstartData(
        read(config, Split.TRAIN, encoder),
        read(config, Split.VALIDATION, encoder),
        read(config, Split.TEST, encoder));
  }

  private static EncodedSplit read(QuickstartConfig config, Split split, ClipImageEncoder encoder)
      throws IOException {
    try (TrialSource dataset =
        SubjectData.open(
            config.data(), World.SUBJECT, split, ReaderConfig.of(config.brain().voxels()))) {
      List<Trial> trials = dataset.readAll();
      return new EncodedSplit(trials, CachedTargets.encode(encoder, trials));
    }
  }
}
