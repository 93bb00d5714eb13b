// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mindeye.Plural;
import org.mindeye.data.DataForm;
import org.mindeye.data.betas.StudyConfig;
import org.mindeye.data.betas.StudySource;

/** The published files as data of any form; pictures are filled up to three responses. */
final class NsdSubjectSource extends StudySource {
  private static final int REPEATS = 3;

  private final NsdData data;

  NsdSubjectSource(NsdData data) {
    super(
        data.config().subject().number(),
        data.study(),
        data.splits(),
        new StudyConfig(data.config().normalization(), data.config().grouping(), REPEATS));
    this.data = data;
  }

  @Override
  public DataForm form() {
    return DataForm.NSD;
  }

  @Override
  protected List<Path> files() {
    return data.files();
  }

  @Override
  protected List<Path> pictureFiles() {
    return List.of(data.pictureFile());
  }

  @Override
  public Optional<float[]> signalToNoise() throws IOException {
    return NsdFolder.areThere(data.ratios()) ? Optional.of(data.signalToNoise()) : Optional.empty();
  }

  @Override
  public void close() {
    data.close();
  }

  @Override
  public String toString() {
    NsdConfig config = data.config();
    return form()
        + ", "
        + config.sessions()
        + ", "
        + config.version().folder()
        + ", "
        + config.region().name()
        + " of "
        + Plural.of(voxels(), "voxel")
        + ", "
        + switch (config.normalization()) {
          case NONE -> "not z-scored";
          case TRAINING_TRIALS -> "z-scored by training trials";
          case ALL_TRIALS -> "z-scored by all trials";
        }
        + ": "
        + plan();
  }
}
