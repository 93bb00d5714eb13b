// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Where the files of the Natural Scenes Dataset lie below a folder: as in the published bucket
 * {@code natural-scenes-dataset}, of which it may hold a part.
 *
 * @param root holds {@code nsddata}, {@code nsddata_betas} and {@code nsddata_stimuli}
 */
public record NsdFolder(Path root) {
  private static final List<String> ENDINGS = List.of(".hdf5", ".nii.gz", ".nii");

  /** Checks that the folder is named. */
  public NsdFolder {
    Objects.requireNonNull(root, "root");
  }

  /**
   * The plan of the experiment.
   *
   * @return {@code nsd_expdesign.mat}
   */
  public Path design() {
    return root.resolve("nsddata/experiments/nsd/nsd_expdesign.mat");
  }

  /**
   * The table of pictures.
   *
   * @return {@code nsd_stim_info_merged.csv}
   */
  public Path stimulusTable() {
    return root.resolve("nsddata/experiments/nsd/nsd_stim_info_merged.csv");
  }

  /**
   * The pictures.
   *
   * @return {@code nsd_stimuli.hdf5}
   */
  public Path pictures() {
    return root.resolve("nsddata_stimuli/stimuli/nsd/nsd_stimuli.hdf5");
  }

  /**
   * What a subject answered.
   *
   * @param subject from 1
   * @return {@code responses.tsv}
   */
  public Path behavior(int subject) {
    return root.resolve("nsddata/ppdata/" + name(subject) + "/behav/responses.tsv");
  }

  /**
   * A region of interest.
   *
   * @param subject from 1
   * @param space the grid
   * @param region the name of the file without its ending
   * @return a {@code .nii.gz}
   */
  public Path region(int subject, NsdSpace space, String region) {
    return root.resolve(
        "nsddata/ppdata/" + name(subject) + "/" + space.folder() + "/roi/" + region + ".nii.gz");
  }

  /**
   * The folder of a subject's responses.
   *
   * @param subject from 1
   * @param space the grid
   * @param version which estimate
   * @return holds a file for each session, and {@code ncsnr.nii.gz}
   */
  public Path betas(int subject, NsdSpace space, BetaVersion version) {
    return root.resolve(
        "nsddata_betas/ppdata/" + name(subject) + "/" + space.folder() + "/" + version.folder());
  }

  /**
   * The responses of one session, whichever form is there.
   *
   * @param betas the folder
   * @param session from 1
   * @return {@code betas_session01.hdf5}, or its {@code .nii.gz} or {@code .nii} if that is there
   *     and the former is not
   */
  public static Path session(Path betas, int session) {
    String stem = String.format(Locale.ROOT, "betas_session%02d", session);
    return ENDINGS.stream()
        .map(ending -> betas.resolve(stem + ending))
        .filter(Files::exists)
        .findFirst()
        .orElse(betas.resolve(stem + ENDINGS.get(0)));
  }

  /**
   * The sessions whose responses are there.
   *
   * @param betas the folder; need not exist
   * @return their numbers, in ascending order
   */
  public static List<Integer> sessions(Path betas) {
    return IntStream.rangeClosed(1, SessionRange.MOST)
        .filter(session -> Files.isRegularFile(session(betas, session)))
        .boxed()
        .toList();
  }

  /**
   * The subjects of whom responses or regions are there.
   *
   * @return their numbers, in ascending order
   */
  public List<Integer> subjects() {
    return IntStream.rangeClosed(1, NsdSubject.MOST)
        .filter(
            subject ->
                Files.isDirectory(root.resolve("nsddata_betas/ppdata/" + name(subject)))
                    || Files.isDirectory(root.resolve("nsddata/ppdata/" + name(subject))))
        .boxed()
        .toList();
  }

  private static String name(int subject) {
    return String.format(Locale.ROOT, "subj%02d", subject);
  }
}
