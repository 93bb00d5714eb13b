// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.mindeye.cli.reconstruct.PaintingJob;
import org.mindeye.evaluation.results.EvaluationReport;
import org.mindeye.formats.io.StagedFile;

/**
 * What an earlier quickstart left in the folder of a new one.
 *
 * @param config the new one
 */
record EarlierRun(QuickstartConfig config) {
  /**
   * What a finished quickstart says about itself. An earlier one's goes before anything new is
   * made, so that it never stands beside parts of another run if this one is cut.
   */
  List<Path> ends() {
    List<Path> ends = new ArrayList<>(EvaluationReport.files(config.folder()));
    ends.addAll(
        List.of(
            config.json(),
            config.modelWeights(),
            config.note(),
            config.lowLevel().weights(),
            config.lowLevel().description()));
    return ends;
  }

  /** Refuses a folder that holds anything but an earlier quickstart: it may be a user's work. */
  void requireNothingElse() throws IOException {
    if (!Files.isDirectory(config.folder())) {
      return;
    }
    Set<Path> own = new HashSet<>(ends());
    own.addAll(
        List.of(
            config.data(),
            config.log(),
            config.clipWeights(),
            config.clipConfig(),
            config.painterWeights(),
            config.autoencoderWeights(),
            config.painted(),
            config.lowLevel().folder()));
    try (Stream<Path> files = Files.list(config.folder())) {
      Optional<Path> other =
          files
              .filter(file -> !own.contains(file) && !StagedFile.isStaged(file))
              .sorted()
              .findFirst();
      if (other.isPresent()) {
        throw new FileAlreadyExistsException(
            config.folder().toString(),
            null,
            "holds other things, for example "
                + other.get().getFileName()
                + "; choose another folder, or give --overwrite");
      }
    }
  }

  /**
   * Makes room, and the folders that are needed. Before the work: one that cannot be written should
   * not cost minutes.
   */
  void replace() throws IOException {
    try {
      Files.createDirectories(config.data());
      for (Path old : ends()) {
        Files.deleteIfExists(old);
      }
      PaintingJob.clear(config.painted());
      StagedFile.sweep(config.folder());
      if (Files.isDirectory(config.lowLevel().folder())) {
        StagedFile.sweep(config.lowLevel().folder());
      }
    } catch (IOException e) {
      throw new IOException(
          "cannot write to the output folder "
              + config.folder()
              + " ("
              + e.getClass().getSimpleName()
              + " at "
              + e.getMessage()
              + "); choose another one",
          e);
    }
  }
}
