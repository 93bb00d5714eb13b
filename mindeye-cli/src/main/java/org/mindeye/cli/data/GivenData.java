// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.mindeye.cli.console.Console;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.Trial;
import org.mindeye.data.recognition.Recognition;
import org.mindeye.formats.io.CloseOnFailure;

/** What a command was given as data. */
public final class GivenData {
  /** What the option is for. */
  public static final String HELP =
      "The subject's data: a MindEye web-dataset (train, val and test), the files of the Natural"
          + " Scenes Dataset or of MindEye2, or a table of trials (trials.csv).";

  private GivenData() {}

  /**
   * Opens a subject's data, and says what was recognised.
   *
   * @param path of any form
   * @param subject the number in the names of files
   * @param console where it is said
   * @return the data, to be closed by the caller after its last picture
   * @throws IOException if it cannot be read
   */
  public static SubjectSource open(Path path, int subject, Console console) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      SubjectSource data = opened.add(Recognition.open(path, subject));
      console.say("%s", sentence(path, data));
      return opened.done(data);
    }
  }

  /**
   * What was recognised.
   *
   * @param path that was given
   * @param data what it is
   * @return for the console
   */
  public static String sentence(Path path, SubjectSource data) {
    return "reading subject " + data.subject() + " from " + path + ": " + data;
  }

  /**
   * A trial whose picture is in memory, for those that outlive their data.
   *
   * @param trial any
   * @return the same with its picture as a file
   */
  public static Trial kept(Trial trial) {
    EncodedImage picture = trial.image().encoded();
    if (picture == trial.image()) {
      return trial;
    }
    float[][] voxels = new float[trial.repeats()][];
    Arrays.setAll(voxels, trial::voxels);
    return new Trial(
        trial.origin(), picture, voxels, trial.cocoId(), trial.trialIds(), trial.distinctRepeats());
  }
}
