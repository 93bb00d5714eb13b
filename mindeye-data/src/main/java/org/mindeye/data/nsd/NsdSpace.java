// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import org.mindeye.data.Subject;
import org.mindeye.data.volume.VolumeGrid;

/** Where responses are published: grids of voxels, and surfaces of vertices. */
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
      }),
  /** The subject's own cortical surface, the left hemisphere before the right one. */
  NATIVE_SURFACE(
      "nativesurface",
      new int[][] {
        {227021, 226601}, {239633, 239309}, {240830, 243023}, {228495, 227262},
        {197594, 198908}, {253634, 259406}, {198770, 200392}, {224364, 224398}
      }),
  /**
   * FreeSurfer's average surface, the same vertices for all subjects, the left hemisphere before
   * the right one.
   */
  FSAVERAGE("fsaverage", new int[][] {{163842, 163842}});

  private final String folder;

  /** Of each subject, or one for all: three axes, or the vertices of two hemispheres. */
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
   * Whether it is a surface: each file is there for two hemispheres.
   *
   * @return false for a grid of voxels
   */
  public boolean isSurface() {
    return axes[0].length == 2;
  }

  /**
   * The grid of a subject.
   *
   * @param subject whose
   * @return the three axes; of a surface the vertices of both hemispheres, the left one first
   */
  public VolumeGrid grid(Subject subject) {
    int[] own = axes[axes.length == 1 ? 0 : subject.number() - 1];
    return isSurface()
        ? VolumeGrid.ofHemispheres(own[0], own[1])
        : new VolumeGrid(own[0], own[1], own[2]);
  }
}
