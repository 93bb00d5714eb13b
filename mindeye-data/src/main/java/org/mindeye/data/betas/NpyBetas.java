// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.formats.numpy.NpyFile;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * A NumPy array whose rows are trials, or some of its rows.
 *
 * @param file {@code [trials, voxels]}
 * @param first row of the session
 * @param trials how many rows
 * @param width the length of a row
 */
record NpyBetas(Path file, long first, int trials, int width) implements BetaSession {
  /** Rows that are read at a time. */
  private static final int ROWS = 256;

  static NpyBetas open(Path file) throws IOException {
    try (NpyFile open = NpyFile.open(file)) {
      long[] shape = open.shape();
      boolean sound = shape.length == 2 && open.type().isFloating();
      for (int axis = 0; sound && axis < 2; axis++) {
        sound = shape[axis] >= 1 && shape[axis] <= Integer.MAX_VALUE;
      }
      if (!sound) {
        throw new MalformedFileException(
            file.toString(),
            "responses of [trials, voxels] as floats",
            open.type() + " of " + Arrays.toString(shape));
      }
      return new NpyBetas(file, 0, (int) shape[0], (int) shape[1]);
    }
  }

  @Override
  public String source() {
    return file.toString();
  }

  @Override
  public VolumeGrid grid() {
    return new VolumeGrid(width, 1, 1);
  }

  @Override
  public boolean hasTrialsTogether() {
    return true;
  }

  @Override
  public float[] read(int trial, int[] voxels) throws IOException {
    try (OpenTrials open = openTrials()) {
      return open.read(trial, voxels);
    }
  }

  @Override
  public OpenTrials openTrials() throws IOException {
    NpyFile open = NpyFile.open(file);
    return new OpenFileTrials((trial, voxels) -> read(open, trial, voxels), open::close);
  }

  private float[] read(NpyFile open, int trial, int[] voxels) throws IOException {
    if (trial < 0 || trial >= trials) {
      throw new IndexOutOfBoundsException(
          file + ": trial " + trial + " is none of 0 to " + (trials - 1));
    }
    return read(open, trial, 1, voxels)[0];
  }

  @Override
  public float[][] read(int[] voxels) throws IOException {
    Responses.requireHeap(source(), trials, voxels.length);
    try (NpyFile open = NpyFile.open(file)) {
      return read(open, 0, trials, voxels);
    }
  }

  private float[][] read(NpyFile open, int from, int count, int[] voxels) throws IOException {
    Responses.requireVoxels(source(), grid(), voxels);
    float[][] responses = new float[count][voxels.length];
    for (int done = 0; done < count; done += ROWS) {
      int rows = Math.min(ROWS, count - done);
      long start = first + from + done;
      float[] values = open.read(start, start + rows).toFloats();
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < voxels.length; i++) {
          responses[done + row][i] = values[row * width + voxels[i]];
        }
      }
    }
    return Responses.requireFinite(source(), grid(), voxels, from, responses);
  }
}
