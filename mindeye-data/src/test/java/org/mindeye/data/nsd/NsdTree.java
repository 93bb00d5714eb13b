// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.mindeye.data.Fixtures;

/** The small dataset among the resources, and copies of it to damage. */
final class NsdTree {
  static final Path ROOT = Fixtures.file("nsd/tree");
  static final String EXPERIMENT = "nsddata/experiments/nsd/";
  static final String DESIGN = EXPERIMENT + "nsd_expdesign.mat";
  static final String STIMULI = EXPERIMENT + "nsd_stim_info_merged.csv";
  static final String RESPONSES = "nsddata/ppdata/subj01/behav/responses.tsv";
  static final String ROI = "nsddata/ppdata/subj01/func1pt8mm/roi/";
  static final String BETAS = "nsddata_betas/ppdata/subj01/func1pt8mm/betas_fithrf_GLMdenoise_RR/";
  static final String PICTURES = "nsddata_stimuli/stimuli/nsd/nsd_stimuli.hdf5";

  private NsdTree() {}

  static Path file(String name) {
    return ROOT.resolve(name);
  }

  /** A copy of everything. */
  static Path copy(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path each : (Iterable<Path>) files::iterator) {
        Path target = folder.resolve(ROOT.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(target);
        } else {
          Files.copy(each, target);
        }
      }
    }
    return folder;
  }

  /** A table with some lines changed; the first one has the names of the columns. */
  static Path changed(Path folder, String name, UnaryOperator<List<String>> change)
      throws IOException {
    Path file = Files.createDirectories(folder).resolve(Path.of(name).getFileName());
    return Files.write(file, change.apply(Files.readAllLines(file(name))));
  }
}
