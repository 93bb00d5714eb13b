// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.mindeye.MindEyeException;
import org.mindeye.data.hdf5.Hdf5File;
import org.mindeye.data.volume.VolumeFile;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The responses of one session: a number for every trial and voxel. Nothing is kept in memory, and
 * no file stays open but by {@link #openTrials()}; implementations are safe for concurrent use.
 */
public interface BetaSession {
  /**
   * Names the file in messages.
   *
   * @return its path
   */
  String source();

  /**
   * How many trials there are.
   *
   * @return at least 1
   */
  int trials();

  /**
   * The voxels.
   *
   * @return their grid
   */
  VolumeGrid grid();

  /**
   * Reads the responses of some voxels to all trials.
   *
   * @param voxels their numbers on the grid, in any order, without repetition
   * @return {@code [trials, voxels]}, in percent of signal change where the file has that; finite
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is damaged, or a response is NaN or infinite; names the
   *     trial and the voxel
   * @throws MindEyeException if the Java heap does not hold them
   * @throws IndexOutOfBoundsException if a voxel is not on the grid
   */
  float[][] read(int[] voxels) throws IOException;

  /**
   * Whether the responses to one trial lie together, so that reading them takes no longer than they
   * are long. Then pictures can be read one by one: see {@link #openTrials()}.
   *
   * @return false unless an implementation says otherwise
   */
  default boolean hasTrialsTogether() {
    return false;
  }

  /**
   * Reads the responses of some voxels to one trial.
   *
   * @param trial its number, from 0
   * @param voxels as of {@link #read(int[])}
   * @return {@code [voxels]}, finite
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException as {@link #read(int[])}
   * @throws IndexOutOfBoundsException if there is no such trial or voxel
   */
  default float[] read(int trial, int[] voxels) throws IOException {
    return read(voxels)[trial];
  }

  /**
   * Trials of a session that are read one by one, from a file that stays open until this is closed.
   * For one thread; another one opens them again.
   */
  @FunctionalInterface
  interface OpenTrials extends Closeable {
    /**
     * Reads the responses of some voxels to one trial.
     *
     * @param trial its number, from 0
     * @param voxels as of {@link BetaSession#read(int[])}
     * @return {@code [voxels]}, finite
     * @throws IOException if the file cannot be read
     * @throws MalformedFileException if it is damaged, or a response is NaN or infinite
     * @throws IndexOutOfBoundsException if there is no such trial or voxel
     */
    float[] read(int trial, int[] voxels) throws IOException;

    /** Releases the file, if one is open. Closing twice is harmless. */
    @Override
    default void close() throws IOException {}
  }

  /**
   * Opens the file once for as many trials as are needed.
   *
   * @return what reads them one by one; closed by the caller
   * @throws IOException if the file cannot be opened
   * @throws MalformedFileException if it is damaged
   */
  default OpenTrials openTrials() throws IOException {
    return this::read;
  }

  /**
   * Opens a NumPy array of responses in which each row is a trial.
   *
   * @param file {@code [trials, voxels]} of floats in a {@code .npy}
   * @return the session, of which no response is read yet
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is of another kind or form, or is damaged
   */
  static BetaSession ofRows(Path file) throws IOException {
    return NpyBetas.open(Objects.requireNonNull(file, "file"));
  }

  /**
   * Takes responses that are in memory, trial by trial.
   *
   * @param name of what they are, for messages
   * @param rows {@code [trials, voxels]}; must not change afterwards
   * @return the session, of a grid in a line
   * @throws MalformedFileException if there are none, or trials differ in length
   */
  static BetaSession ofRows(String name, float[][] rows) {
    return new RowBetas(Objects.requireNonNull(name, "name"), Objects.requireNonNull(rows, "rows"));
  }

  /**
   * Takes some of the trials, in any order.
   *
   * @param trials their numbers, from 0
   * @return a session of these
   * @throws IndexOutOfBoundsException if there is no such trial
   */
  default BetaSession choose(int... trials) {
    for (int trial : trials) {
      Objects.checkIndex(trial, trials());
    }
    return new ChosenTrials(this, trials.clone());
  }

  /**
   * Divides a file that holds several sessions one after the other, so that each is made comparable
   * by itself. The file is read once for each of them.
   *
   * @param trials how many each session has, all of them together
   * @return the sessions
   * @throws MindEyeException if they are more or fewer together
   */
  default List<BetaSession> divide(int... trials) {
    int sum = IntStream.of(trials).sum();
    if (sum != trials() || IntStream.of(trials).anyMatch(count -> count < 1)) {
      throw new MindEyeException(
          source()
              + ": expected sessions of 1 trial or more, "
              + trials()
              + " together, but found "
              + Arrays.toString(trials));
    }
    List<BetaSession> parts = new ArrayList<>();
    int from = 0;
    for (int count : trials) {
      parts.add(new SessionPart(this, from, count));
      from += count;
    }
    return List.copyOf(parts);
  }

  /**
   * Takes betas that are in memory.
   *
   * @param name of the array, for messages
   * @param betas {@code [x, y, z, trials]} or {@code [vertices, trials]}, as they are
   * @return the session
   * @throws MalformedFileException if the array has other axes
   */
  static BetaSession of(String name, HeapArray betas) {
    return new ArrayBetas(
        Objects.requireNonNull(name, "name"), Objects.requireNonNull(betas, "betas"));
  }

  /**
   * Joins the two hemispheres of a surface.
   *
   * @param left responses of vertices, in a line
   * @param right the same of the other hemisphere
   * @return the session, in which the vertices of the left hemisphere come first
   * @throws MalformedFileException if one is a volume, or they differ in their trials
   */
  static BetaSession ofHemispheres(BetaSession left, BetaSession right) {
    return new HemisphereBetas(
        Objects.requireNonNull(left, "left"), Objects.requireNonNull(right, "right"));
  }

  /**
   * Opens a file of betas: HDF5, or a NIfTI-1 or MGH series of images, one for each trial.
   *
   * @param file known by its content
   * @param config how to read it
   * @return the session, of which no response is read yet
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is of another kind, or is damaged
   */
  static BetaSession open(Path file, BetaFileConfig config) throws IOException {
    Objects.requireNonNull(config, "config");
    FileKind kind = FileKind.detect(Objects.requireNonNull(file, "file"));
    if (kind == FileKind.HDF5 || kind == FileKind.MAT_73) {
      try (Hdf5File open = Hdf5File.open(file)) {
        return HdfBetas.of(file, open.dataset(config.dataset()), config);
      }
    }
    return new VolumeBetas(VolumeFile.open(file), config);
  }
}
