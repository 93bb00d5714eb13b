// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mindeye.Plural;
import org.mindeye.data.hdf5.Hdf5Dataset;
import org.mindeye.data.hdf5.Hdf5File;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorShape;

/**
 * A dataset of trials and voxels, or trials and vertices. It is read in the pieces it is stored in,
 * each of them once, and only those with voxels that are wanted: in the published files, where a
 * piece holds one voxel, a fiftieth of the file.
 */
final class HdfBetas implements BetaSession {
  private final Path file;
  private final BetaFileConfig config;
  private final int trials;
  private final VolumeGrid grid;
  private final boolean flat;
  private final int elementBytes;
  private final boolean whole;

  /** Trials, depth, height and width of the pieces. */
  private final int[] piece;

  private HdfBetas(Path file, BetaFileConfig config, Hdf5Dataset dataset, int[] lengths) {
    this.file = file;
    this.config = config;
    trials = lengths[0];
    grid = new VolumeGrid(lengths[3], lengths[2], lengths[1]);
    flat = dataset.shape().dimension() == 2;
    elementBytes = dataset.type().bytes();
    whole = !dataset.type().isFloating();
    boolean last = config.axes() == BetaAxes.TRIALS_LAST;
    // Without pieces the numbers along the last axis are next to each other.
    piece =
        dataset
            .chunks()
            .map(chunks -> lengths(chunks, config.axes()))
            .orElseGet(() -> new int[] {last ? trials : 1, 1, 1, last ? 1 : grid.width()});
  }

  static HdfBetas of(Path file, Hdf5Dataset dataset, BetaFileConfig config) {
    TensorShape shape = dataset.shape();
    boolean volume = shape.dimension() == 4 || shape.dimension() == 2;
    for (int axis = 0; volume && axis < shape.dimension(); axis++) {
      volume = shape.get(axis) >= 1 && shape.get(axis) <= Integer.MAX_VALUE;
    }
    int[] lengths = volume ? lengths(shape, config.axes()) : null;
    if (!volume || (long) lengths[1] * lengths[2] > Integer.MAX_VALUE / lengths[3]) {
      throw new MalformedFileException(
          dataset.place(),
          config.axes() == BetaAxes.TRIALS_FIRST
              ? "betas of [trials, z, y, x] or [trials, vertices]"
              : "betas of [x, y, z, trials] or [vertices, trials]",
          shape.toString());
    }
    return new HdfBetas(file, config, dataset, lengths);
  }

  /** Trials, depth, height and width. */
  private static int[] lengths(TensorShape shape, BetaAxes axes) {
    boolean flat = shape.dimension() == 2;
    int y = flat ? 1 : (int) shape.get(axes == BetaAxes.TRIALS_FIRST ? 2 : 1);
    if (axes == BetaAxes.TRIALS_FIRST) {
      int last = shape.dimension() - 1;
      return new int[] {
        (int) shape.get(0), flat ? 1 : (int) shape.get(1), y, (int) shape.get(last)
      };
    }
    int trials = (int) shape.get(shape.dimension() - 1);
    return new int[] {trials, flat ? 1 : (int) shape.get(2), y, (int) shape.get(0)};
  }

  @Override
  public String source() {
    return file.toString();
  }

  @Override
  public int trials() {
    return trials;
  }

  @Override
  public VolumeGrid grid() {
    return grid;
  }

  @Override
  public boolean hasTrialsTogether() {
    return flat && config.axes() == BetaAxes.TRIALS_FIRST && piece[0] == 1;
  }

  @Override
  public float[] read(int trial, int[] voxels) throws IOException {
    if (!hasTrialsTogether()) {
      return read(voxels)[trial];
    }
    try (OpenTrials open = openTrials()) {
      return open.read(trial, voxels);
    }
  }

  @Override
  public OpenTrials openTrials() throws IOException {
    if (!hasTrialsTogether()) {
      return this::read;
    }
    try (CloseOnFailure opened = new CloseOnFailure()) {
      Hdf5File open = opened.add(Hdf5File.open(file));
      Hdf5Dataset dataset = open.dataset(config.dataset());
      return opened.done(
          new OpenFileTrials((trial, voxels) -> read(dataset, trial, voxels), open::close));
    }
  }

  /** Reads a trial whose responses lie together. */
  private float[] read(Hdf5Dataset dataset, int trial, int[] voxels) {
    Responses.requireVoxels(source(), grid, voxels);
    float[] row = slice(dataset, new long[] {trial, 0, 0, 0}, new long[] {1, 1, 1, grid.width()});
    float[] response = new float[voxels.length];
    for (int i = 0; i < voxels.length; i++) {
      response[i] = row[voxels[i]];
    }
    return Responses.requireFinite(source(), grid, voxels, trial, new float[][] {response})[0];
  }

  @Override
  public float[][] read(int[] voxels) throws IOException {
    Responses.requireVoxels(source(), grid, voxels);
    Responses.requireHeap(source(), trials, voxels.length);
    float[][] responses = new float[trials][voxels.length];
    try (Hdf5File open = Hdf5File.open(file)) {
      Hdf5Dataset dataset = open.dataset(config.dataset());
      for (Map.Entry<Integer, List<Integer>> each : pieces(voxels).entrySet()) {
        read(dataset, each.getKey(), each.getValue(), voxels, responses);
      }
    }
    return Responses.requireFinite(source(), grid, voxels, responses);
  }

  /** Which of the voxels are in which piece, by their places in the list. */
  private Map<Integer, List<Integer>> pieces(int[] voxels) {
    int across = (grid.width() - 1) / piece[3] + 1;
    int down = (grid.height() - 1) / piece[2] + 1;
    Map<Integer, List<Integer>> pieces = new TreeMap<>();
    for (int i = 0; i < voxels.length; i++) {
      int x = voxels[i] % grid.width() / piece[3];
      int y = voxels[i] / grid.width() % grid.height() / piece[2];
      int z = voxels[i] / grid.width() / grid.height() / piece[1];
      pieces.computeIfAbsent(x + across * (y + down * z), p -> new ArrayList<>()).add(i);
    }
    return pieces;
  }

  /** Reads one piece of space, as many trials at a time as the buffer holds. */
  private void read(
      Hdf5Dataset dataset, int number, List<Integer> wanted, int[] voxels, float[][] responses) {
    int across = (grid.width() - 1) / piece[3] + 1;
    int down = (grid.height() - 1) / piece[2] + 1;
    int x = number % across * piece[3];
    int y = number / across % down * piece[2];
    int z = number / across / down * piece[1];
    int width = Math.min(piece[3], grid.width() - x);
    int height = Math.min(piece[2], grid.height() - y);
    int depth = Math.min(piece[1], grid.depth() - z);
    long bytes = (long) width * height * depth * elementBytes;
    long fit = Math.max(1, config.bufferBytes() / bytes / piece[0]) * piece[0];
    if (bytes * Math.min(fit, trials) > Math.max(config.bufferBytes(), 1L << 30)) {
      throw new MalformedFileException(
          source(),
          "pieces that fit into 1 GiB",
          Plural.of(bytes * Math.min(fit, trials), "byte") + "; save it in smaller chunks");
    }
    for (int from = 0; from < trials; from += (int) Math.min(fit, trials)) {
      int count = (int) Math.min(fit, trials - from);
      float[] values =
          slice(dataset, new long[] {from, z, y, x}, new long[] {count, depth, height, width});
      for (int i : wanted) {
        int inX = voxels[i] % grid.width() - x;
        int inY = voxels[i] / grid.width() % grid.height() - y;
        int inZ = voxels[i] / grid.width() / grid.height() - z;
        boolean first = config.axes() == BetaAxes.TRIALS_FIRST;
        int at =
            first
                ? inX + width * (inY + height * inZ)
                : count * (inZ + depth * (inY + height * inX));
        int step = first ? width * height * depth : 1;
        for (int trial = 0; trial < count; trial++) {
          responses[from + trial][i] = values[at + trial * step];
        }
      }
    }
  }

  /** A part of the dataset, in the order of its axes. */
  private float[] slice(Hdf5Dataset dataset, long[] first, long[] lengths) {
    HeapArray slice = dataset.read(inFile(first), inFile(lengths));
    float[] values = slice.toFloats();
    if (whole) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (values[i] / config.integersPerPercent());
      }
    }
    return values;
  }

  /** Of trials, z, y and x, what the dataset has, in its order. */
  private long[] inFile(long[] tzyx) {
    if (config.axes() == BetaAxes.TRIALS_FIRST) {
      return flat ? new long[] {tzyx[0], tzyx[3]} : tzyx;
    }
    return flat ? new long[] {tzyx[3], tzyx[0]} : new long[] {tzyx[3], tzyx[2], tzyx[1], tzyx[0]};
  }
}
