// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.util.EnumSet;
import java.util.Set;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.data.DataForm;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.TrialSource;

/** The published files as data of any form; pictures are filled up to three responses. */
record NsdSubjectSource(NsdData data, NsdConfig config) implements SubjectSource {
  private static final int REPEATS = 3;

  @Override
  public DataForm form() {
    return DataForm.NSD;
  }

  @Override
  public int subject() {
    return config.subject().number();
  }

  @Override
  public Set<Split> splits() {
    Set<Split> splits = EnumSet.noneOf(Split.class);
    for (Split split : Split.values()) {
      if (!data.splits().pictures(split).isEmpty()) {
        splits.add(split);
      }
    }
    return splits;
  }

  @Override
  public int voxels() {
    return data.region().voxels();
  }

  @Override
  public TrialSource trials(Split split, int voxels) {
    if (voxels != voxels()) {
      throw new MindEyeException(
          data.region()
              + ": expected "
              + Plural.of(voxels, "voxel")
              + " in the region but found "
              + voxels()
              + "; a model reads the region that it was trained with");
    }
    return trials(split);
  }

  @Override
  public TrialSource trials(Split split) {
    return TrialSource.padded(data.trials(split), REPEATS);
  }

  @Override
  public boolean isDividedByPictures() {
    return true;
  }

  @Override
  public void close() {
    data.close();
  }

  @Override
  public String toString() {
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
        + data.splits();
  }
}
