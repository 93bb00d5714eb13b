// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.retrieve;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.TrialSource;

/**
 * Brain responses whose pictures are looked for. Those that were seen are read from the data's own
 * files when they are shown, so this is closed last.
 */
public final class BrainQueries implements AutoCloseable {
  /** Null for the rows of an array. */
  private final SubjectSource data;

  private final Split split;
  private final Path rows;

  private BrainQueries(SubjectSource data, Split split, Path rows) {
    this.data = data;
    this.split = split;
    this.rows = rows;
  }

  /** The mean response to each picture of a split; closes the data. */
  static BrainQueries of(SubjectSource data, Split split) {
    return new BrainQueries(data, split, null);
  }

  /** Each row of a file. */
  static BrainQueries ofRows(Path file) {
    return new BrainQueries(null, null, file);
  }

  /**
   * Reads them all.
   *
   * @param voxels how many the model reads
   * @return one query per trial or row
   * @throws IOException if a file cannot be read
   * @throws org.mindeye.MindEyeException if one is damaged, or responses are of another length
   */
  public List<Query> read(int voxels) throws IOException {
    if (data == null) {
      return Query.read(rows, voxels);
    }
    try (TrialSource trials = data.trials(split, voxels)) {
      return Query.of(trials.readAll());
    }
  }

  @Override
  public void close() {
    if (data != null) {
      data.close();
    }
  }
}
