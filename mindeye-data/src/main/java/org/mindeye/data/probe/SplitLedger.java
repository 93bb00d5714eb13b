// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.probe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.mindeye.Plural;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;
import org.mindeye.data.probe.Finding.Kind;

/** What holds within one split. */
final class SplitLedger {
  private final Split split;
  private final Findings findings;
  private final List<Long> cocoIds = new ArrayList<>();
  private final Map<Long, String> keys = new HashMap<>();
  private String first;
  private int width;
  private int height;
  private int voxels;

  SplitLedger(Split split, Findings findings) {
    this.split = split;
    this.findings = findings;
  }

  void add(Trial trial, PictureCheck check) {
    if (check.failure() != null) {
      add(Kind.UNDECODABLE_PICTURE, trial, check.failure().getMessage());
    }
    if (cocoIds.isEmpty()) {
      first = trial.key();
      width = trial.image().width();
      height = trial.image().height();
      voxels = trial.voxelCount();
    }
    compareWithFirst(trial);
    String before = keys.putIfAbsent(trial.cocoId(), trial.key());
    if (before != null) {
      add(
          Kind.REPEATED_IMAGE,
          trial,
          where(trial) + " has the image of " + before + ", coco id " + trial.cocoId());
    }
    cocoIds.add(trial.cocoId());
    findZeros(trial);
  }

  private void compareWithFirst(Trial trial) {
    TrialImage image = trial.image();
    if (image.width() != width || image.height() != height) {
      add(
          Kind.MIXED_SIZES,
          trial,
          where(trial)
              + ": expected a picture of "
              + (width + "x" + height + " as in " + first)
              + " but found "
              + (image.width() + "x" + image.height())
              + "; give all pictures of a split one size");
    }
    if (trial.voxelCount() != voxels) {
      add(
          Kind.MIXED_VOXELS,
          trial,
          where(trial)
              + ": expected "
              + (Plural.of(voxels, "voxel") + " as in " + first)
              + " but found "
              + trial.voxelCount());
    }
  }

  private void findZeros(Trial trial) {
    List<Integer> zeros =
        IntStream.range(0, trial.repeats())
            .filter(repeat -> isZero(trial, repeat))
            .boxed()
            .toList();
    if (!zeros.isEmpty()) {
      String which =
          zeros.size() == trial.repeats()
              ? "every response is"
              : (zeros.size() == 1
                  ? "response " + zeros.get(0) + " is"
                  : "responses " + zeros + " are");
      add(Kind.ZERO_RESPONSE, trial, where(trial) + ": " + which + " zero at every voxel");
    }
  }

  private static boolean isZero(Trial trial, int repeat) {
    for (float value : trial.voxels(repeat)) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  /** After the last sample. */
  void end() {
    if (cocoIds.isEmpty()) {
      findings.add(
          Kind.EMPTY_SPLIT, split, null, split + " split: expected samples but found none");
    }
  }

  List<Long> cocoIds() {
    return cocoIds;
  }

  private void add(Kind kind, Trial trial, String message) {
    findings.add(kind, split, trial.origin(), message);
  }

  private String where(Trial trial) {
    return split + " sample " + trial.key();
  }
}
