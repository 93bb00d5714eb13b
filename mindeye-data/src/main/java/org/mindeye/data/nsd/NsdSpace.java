// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import org.mindeye.data.Subject;
import org.mindeye.data.volume.VolumeGrid;

/** The grids of voxels on which responses are published, one for each subject. */
public enum NsdSpace {
  /** Voxels of 1.8 mm: what published models read. */
  FUNC_1PT8MM(
      "func1pt8mm",
      new int[][] {
        {81, 104, 83}, {82, 106, 84}, {81, 106, 82}, {85, 99, 80},
        {79, 97, 78}, {85, 113, 83}, {78, 95, 81}, {80, 103, 78}
      }),
  /** Voxels of 1 mm. */
  FUNC_1MM(
      "func1mm",
      new int[][] {
        {145, 186, 148}, {146, 190, 150}, {145, 190, 146}, {152, 177, 143},
        {141, 173, 139}, {152, 202, 148}, {139, 170, 145}, {143, 184, 139}
      });

  private final String folder;
  private final int[][] axes;

  NsdSpace(String folder, int[][] axes) {
    this.folder = folder;
    this.axes = axes;
  }

  /**
   * The name of folders with data on this grid.
   *
   * @return as published
   */
  public String folder() {
    return folder;
  }

  /**
   * The grid of a subject.
   *
   * @param subject whose
   * @return the three axes
   */
  public VolumeGrid grid(Subject subject) {
    int[] own = axes[subject.number() - 1];
    return new VolumeGrid(own[0], own[1], own[2]);
  }
}
