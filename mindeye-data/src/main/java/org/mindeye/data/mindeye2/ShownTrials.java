// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.mindeye2;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.data.betas.BetaSession;
import org.mindeye.data.betas.BetaStudy;

/** Which picture belongs to each row of the responses, as the tar files say. */
final class ShownTrials {
  private final int subject;
  private final BetaSession betas;
  private final long images;
  private final String imagesFile;
  private final long[] pictures;

  ShownTrials(int subject, BetaSession betas, long images, String imagesFile) {
    this.subject = subject;
    this.betas = betas;
    this.images = images;
    this.imagesFile = imagesFile;
    pictures = new long[betas.trials()];
    Arrays.fill(pictures, BetaStudy.NO_PICTURE);
  }

  /** Takes what files say; returns their pictures. */
  Set<Long> add(List<Path> tars) throws IOException {
    Set<Long> seen = new TreeSet<>();
    for (Path tar : tars) {
      int number = 0;
      for (List<Behavior> sample : MindEye2Shard.read(tar, MindEye2Shard.Member.BEHAV)) {
        String source = tar + ": sample number " + number++;
        Behavior trial = sample.get(0);
        require(source, "of subject", whole(source, trial, BehaviorColumn.SUBJECT), subject);
        long picture = whole(source, trial, BehaviorColumn.IMAGE);
        long row = whole(source, trial, BehaviorColumn.GLOBAL_TRIAL);
        if (picture >= images) {
          throw refused(
              source,
              "a picture of the " + images + " of " + imagesFile + ", counted from 0,",
              picture);
        }
        if (row >= pictures.length) {
          throw refused(
              source,
              "one of the " + Plural.of(pictures.length, "trial") + " of " + betas.source(),
              row);
        }
        if (pictures[(int) row] != BetaStudy.NO_PICTURE) {
          throw new MindEyeException(
              source
                  + ": expected every trial once but found trial "
                  + row
                  + " a second time (duplicate trials?)");
        }
        pictures[(int) row] = picture;
        seen.add(picture);
      }
    }
    return seen;
  }

  private static void require(String source, String what, long found, long expected) {
    if (found != expected) {
      throw refused(source, "a trial " + what + " " + expected, found);
    }
  }

  private static long whole(String source, Behavior trial, BehaviorColumn column) {
    OptionalDouble value = trial.value(column);
    if (value.isEmpty() || value.getAsDouble() < 0 || value.getAsDouble() % 1 != 0) {
      throw new MindEyeException(
          source
              + ": expected a whole number of 0 or more as "
              + column
              + " but found "
              + (value.isEmpty() ? "none" : value.getAsDouble()));
    }
    return (long) value.getAsDouble();
  }

  private static MindEyeException refused(String source, String expected, long found) {
    return new MindEyeException(source + ": expected " + expected + " but found " + found);
  }

  /** The picture of each row; none where no file says. */
  long[] pictures() {
    return pictures;
  }
}
