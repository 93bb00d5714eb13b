// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.reconstruct.PaintedRecord.Picture;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.MindEyePipeline;
import org.mindeye.core.pipeline.Reconstruction;
import org.mindeye.data.Trial;

/** Paints response after response into a folder, which is complete after each of them. */
final class ReconstructionRun {
  private final MindEyePipeline pipeline;
  private final PaintedFolder folder;
  private final Console console;
  private final BooleanSupplier stop;
  private final double secondsApart;

  /**
   * Prepares.
   *
   * @param pipeline paints; stays open
   * @param folder where pictures go
   * @param console where progress is printed
   * @param stop whether to end; asked before each step
   * @param secondsApart the least time between two lines of finished pictures; 0 for one for each
   */
  ReconstructionRun(
      MindEyePipeline pipeline,
      PaintedFolder folder,
      Console console,
      BooleanSupplier stop,
      double secondsApart) {
    this.pipeline = pipeline;
    this.folder = folder;
    this.console = console;
    this.stop = stop;
    this.secondsApart = secondsApart;
  }

  /**
   * Paints what is not done yet. The picture that is being painted when it is stopped is lost.
   *
   * @param trials all of the responses, in order
   * @return how many are done now, from before too
   */
  int paint(List<Trial> trials) throws IOException {
    List<Trial> todo = trials.stream().filter(trial -> !folder.holds(trial)).toList();
    int before = trials.size() - todo.size();
    if (before > 0) {
      console.say("%s of %d done before", Plural.of(before, "picture"), trials.size());
    }
    PaintingProgressLine progress =
        new PaintingProgressLine(console, stop, trials.size(), before, System::nanoTime);
    DecodeConfig how = folder.record().request().painting();
    int done = 0;
    double said = console.seconds();
    try {
      for (Trial trial : todo) {
        float[][] one = {trial.meanVoxels()};
        Reconstruction painted = pipeline.reconstructAll(one, how, progress).get(0);
        Picture picture = folder.add(trial, painted);
        done++;
        String left = progress.next();
        if (console.seconds() - said >= secondsApart) {
          said = console.seconds();
          console.say(
              "%d of %d: %s%s, %.1f s; %s",
              before + done,
              trials.size(),
              folder.file(picture.file()),
              score(picture),
              picture.seconds(),
              left);
        }
      }
    } catch (CancellationException e) {
      if (!stop.getAsBoolean()) {
        throw e;
      }
    }
    return before + done;
  }

  private static String score(Picture picture) {
    return picture.chosen().score() == null
        ? ""
        : String.format(
            Locale.ROOT,
            ", the best of %d by %.3f (seed %d)",
            picture.candidates().size(),
            picture.chosen().score(),
            picture.chosen().seed());
  }
}
