// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * One subject's data in files of any form: each split is opened as a {@link TrialSource}. Its text
 * says what was recognised, in one line. Pictures may be read from files that are open as long as
 * this is, so it is closed last. Not safe for concurrent use.
 */
public interface SubjectSource extends AutoCloseable {
  /**
   * What was recognised.
   *
   * @return the form of the files
   */
  DataForm form();

  /**
   * Whose data they are.
   *
   * @return the number, 1 to 99
   */
  int subject();

  /**
   * The splits there are, complete or not.
   *
   * @return in the order of {@link Split}
   */
  Set<Split> splits();

  /**
   * How long responses should be: what is known of the subject, else the length of the first one.
   *
   * @return voxels
   * @throws IOException if a file cannot be read
   * @throws org.mindeye.MindEyeException if it is damaged
   */
  int voxels() throws IOException;

  /**
   * Opens a split for what reads responses of one length.
   *
   * @param split which
   * @param voxels the length of every response
   * @return the trials, to be closed by the caller; all of one number of repeats
   * @throws IOException if a file cannot be read
   * @throws org.mindeye.MindEyeException if there is no such split, a file is missing or damaged,
   *     or the responses are known to be of another length
   */
  TrialSource trials(Split split, int voxels) throws IOException;

  /**
   * Opens a split, whatever the length of its responses.
   *
   * @param split which
   * @return as {@link #trials(Split, int)}
   * @throws IOException if a file cannot be read
   * @throws org.mindeye.MindEyeException if there is no such split, or a file is missing or damaged
   */
  TrialSource trials(Split split) throws IOException;

  /**
   * Whether no picture can be in two splits because pictures, not samples, were divided. Otherwise
   * {@link Splits#requireDisjoint} looks.
   *
   * @return true if there is no need to look
   */
  boolean isDividedByPictures();

  /**
   * Distinguishes data: names, sizes and times of the files that they are read from, what is taken
   * of them, and how pictures are divided. What was made of data is of the same data as long as
   * this is the same.
   *
   * @return lines of text
   * @throws IOException if a file cannot be looked at
   */
  String fingerprint() throws IOException;

  /**
   * The signal-to-noise ratio of every voxel, where it is published with the data; the noise
   * ceiling follows from it.
   *
   * @return {@code [voxels]}, 0 and more, in the order of the responses; or empty
   * @throws IOException if a file cannot be read
   * @throws org.mindeye.MindEyeException if it is damaged, or of other voxels
   */
  default Optional<float[]> signalToNoise() throws IOException {
    return Optional.empty();
  }

  /** Releases what is open. Closing twice is harmless. */
  @Override
  void close();
}
