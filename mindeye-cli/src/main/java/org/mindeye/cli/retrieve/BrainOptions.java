// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.retrieve;

import java.io.IOException;
import java.nio.file.Path;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Misuse;
import org.mindeye.cli.data.SplitOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Brain responses on the command line: to the pictures of a split, or the rows of an array. */
public final class BrainOptions {
  @Mixin private SplitOptions seen = new SplitOptions();

  @Option(
      names = "--voxels",
      paramLabel = "NPY",
      description = "[voxels] or [samples, voxels], instead of a split.")
  private Path voxels;

  /** Creates the options; picocli fills them in. */
  public BrainOptions() {}

  /**
   * Whether any of them was given.
   *
   * @return false if there are none at all
   */
  public boolean areGiven() {
    return voxels != null || seen.areGiven();
  }

  /**
   * Whether they are rows of an array, so that it is not known what was seen.
   *
   * @return false if they come from a split
   */
  public boolean areRows() {
    return voxels != null;
  }

  /**
   * Refuses neither a whole split nor an array, and both.
   *
   * @param spec of the command
   */
  public void requireSense(CommandSpec spec) {
    boolean whole = seen.areOpenable() && seen.split().isPresent();
    if (voxels == null ? !whole : seen.areGiven()) {
      throw Misuse.of(
          spec, "the responses come from --data, --subject and --split, or from --voxels");
    }
  }

  /**
   * Opens them, and says what the data were recognised as.
   *
   * @param console where it is said
   * @return the responses, to be closed by the caller after the last picture
   * @throws IOException if they cannot be read
   */
  public BrainQueries open(Console console) throws IOException {
    return voxels == null
        ? BrainQueries.of(seen.open(console), seen.split().orElseThrow())
        : BrainQueries.ofRows(voxels);
  }
}
