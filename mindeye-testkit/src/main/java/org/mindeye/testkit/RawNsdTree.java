// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a small subject 9 in the folders of the Natural Scenes Dataset: 3 sessions of 44
 * trials, 44 pictures of 32x32 pixels, each shown three times, 8 of them shared, 13 voxels in
 * {@code nsdgeneral}.
 */
public final class RawNsdTree {
  /** The number of the subject. */
  public static final int SUBJECT = 9;

  /** How many voxels {@code nsdgeneral} has. */
  public static final int VOXELS = 13;

  /** The folder of the responses, below the root. */
  public static final String BETAS =
      "nsddata_betas/ppdata/subj09/func1pt8mm/betas_fithrf_GLMdenoise_RR/";

  private static final String PLACE = "/nsd-subject-9/";

  private static final List<String> FILES =
      List.of(
          "nsddata/experiments/nsd/nsd_expdesign.mat",
          "nsddata/experiments/nsd/nsd_stim_info_merged.csv",
          "nsddata/ppdata/subj09/behav/responses.tsv",
          "nsddata/ppdata/subj09/func1pt8mm/roi/nsdgeneral.nii.gz",
          "nsddata/ppdata/subj09/func1pt8mm/roi/streams.nii.gz",
          BETAS + "betas_session01.hdf5",
          BETAS + "betas_session02.hdf5",
          BETAS + "betas_session03.hdf5",
          BETAS + "ncsnr.nii.gz",
          "nsddata_stimuli/stimuli/nsd/nsd_stimuli.hdf5");

  private RawNsdTree() {}

  /**
   * Writes the files.
   *
   * @param root where the three folders go; created if it is not there
   * @return the root
   * @throws IOException if the disk refuses
   */
  public static Path in(Path root) throws IOException {
    for (String name : FILES) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      try (InputStream content = RawNsdTree.class.getResourceAsStream(PLACE + name)) {
        Files.copy(content, file);
      }
    }
    return root;
  }
}
