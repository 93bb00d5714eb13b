// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.data.Subject;

/** The samples that are loaded. */
public enum LoadingSize {
  /** Enough to run. */
  SMALL(8, 4, 20, 32, new PatchGrid(32, 16), 16, false),
  /** As the quickstart's: 1,500 voxels, pictures of 64x64, tokens of 17x96, 128 a step. */
  QUICKSTART(1024, 128, 1500, 64, new PatchGrid(64, 16), 96, false),
  /** As subject 1's: 15,724 voxels, pictures of 425x425, tokens of 257x768, 32 a step. */
  PAPER(192, 32, Subject.SUBJ01.voxels(), 425, new PatchGrid(64, 4), 768, true);

  private static final int MINDEYE2_SIDE = 224;

  private final int samples;
  private final int batch;
  private final int voxels;
  private final int side;
  private final PatchGrid patches;
  private final int width;
  private final boolean augmented;

  LoadingSize(
      int samples,
      int batch,
      int voxels,
      int side,
      PatchGrid patches,
      int width,
      boolean augmented) {
    this.samples = samples;
    this.batch = batch;
    this.voxels = voxels;
    this.side = side;
    this.patches = patches;
    this.width = width;
    this.augmented = augmented;
  }

  int samples() {
    return samples;
  }

  int batch() {
    return batch;
  }

  int voxels() {
    return voxels;
  }

  /** Rows, and columns, of a picture. */
  int side(LoadedForm form) {
    return this == PAPER && form == LoadedForm.MINDEYE2 ? MINDEYE2_SIDE : side;
  }

  /** Whether the recipe augments its pictures. */
  boolean augmented() {
    return augmented;
  }

  /** A tower that makes tokens of the right shape from next to no computation. */
  VisionTransformerConfig tower() {
    return new VisionTransformerConfig(8, 16, 1, 2, patches, width, Nonlinearity.QUICK_GELU);
  }
}
