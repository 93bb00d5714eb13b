// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.util.Objects;
import org.mindeye.data.Subject;
import org.mindeye.data.volume.VolumeGrid;

/**
 * What is known of a subject's data before a file is opened, so that files of another subject are
 * noticed.
 *
 * @param number in the names of files and as a row of the design, from 1
 * @param space the folder of the grid
 * @param grid of the voxels
 * @param trialsPerSession 750 in the published data
 * @param regionVoxels the size of the region; 0 where it is not known
 */
public record NsdSubject(
    int number, NsdSpace space, VolumeGrid grid, int trialsPerSession, int regionVoxels) {
  /** Trials in each published session. */
  public static final int PUBLISHED_TRIALS_PER_SESSION = 750;

  static final int MOST = 99;

  /** Checks the ranges. */
  public NsdSubject {
    Objects.requireNonNull(space, "space");
    Objects.requireNonNull(grid, "grid");
    if (number < 1 || number > MOST) {
      throw new IllegalArgumentException("subjects are numbered from 1 to 99 but was " + number);
    }
    if (trialsPerSession < 1 || regionVoxels < 0) {
      throw new IllegalArgumentException(
          "a session has 1 trial or more, and a region 0 voxels (not known) or more, but were "
              + trialsPerSession
              + " and "
              + regionVoxels);
    }
  }

  /**
   * One of the eight subjects with the region {@code nsdgeneral}, at 1.8 mm.
   *
   * @param subject who
   * @return its numbers
   */
  public static NsdSubject paper(Subject subject) {
    NsdSpace space = NsdSpace.FUNC_1PT8MM;
    return new NsdSubject(
        subject.number(),
        space,
        space.grid(subject),
        PUBLISHED_TRIALS_PER_SESSION,
        subject.voxels());
  }

  /**
   * The same with a region of another size, or of one that is not known.
   *
   * @param voxels the size, or 0
   * @return a copy
   */
  public NsdSubject withRegionVoxels(int voxels) {
    return new NsdSubject(number, space, grid, trialsPerSession, voxels);
  }
}
