// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.formats.tensor.MalformedFileException;

/** Responses in memory, trial by trial. */
record RowBetas(String source, float[][] rows) implements BetaSession {
  RowBetas {
    for (float[] row : rows) {
      if (row.length != rows[0].length) {
        throw new MalformedFileException(
            source, rows[0].length + " voxels in every trial", String.valueOf(row.length));
      }
    }
    if (rows.length == 0 || rows[0].length == 0) {
      throw new MalformedFileException(source, "at least one trial of one voxel", "none");
    }
  }

  @Override
  public int trials() {
    return rows.length;
  }

  @Override
  public VolumeGrid grid() {
    return new VolumeGrid(rows[0].length, 1, 1);
  }

  @Override
  public boolean hasTrialsTogether() {
    return true;
  }

  @Override
  public float[] read(int trial, int[] voxels) throws IOException {
    Objects.checkIndex(trial, rows.length);
    return read(trial, Arrays.copyOfRange(rows, trial, trial + 1), voxels)[0];
  }

  @Override
  public float[][] read(int[] voxels) throws IOException {
    return read(0, rows, voxels);
  }

  private float[][] read(int first, float[][] from, int[] voxels) {
    Responses.requireVoxels(source, grid(), voxels);
    float[][] responses = new float[from.length][voxels.length];
    for (int trial = 0; trial < from.length; trial++) {
      for (int i = 0; i < voxels.length; i++) {
        responses[trial][i] = from[trial][voxels[i]];
      }
    }
    return Responses.requireFinite(source, grid(), voxels, first, responses);
  }
}
