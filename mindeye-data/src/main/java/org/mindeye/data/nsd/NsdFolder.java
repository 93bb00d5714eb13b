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
  private static final List<String> SURFACE_ENDINGS = List.of(".hdf5", ".mgh", ".mgz");
  private static final List<String> SIDES = List.of("lh.", "rh.");

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
   * @param region the name of the file without its ending, and without its hemisphere
   * @return a {@code .nii.gz}; or of a surface an {@code .mgz} for the left hemisphere and one for
   *     the right one
   */
  public List<Path> region(int subject, NsdSpace space, String region) {
    Path folder = regions(subject, space);
    return space.isSurface()
        ? SIDES.stream().map(side -> folder.resolve(side + region + ".mgz")).toList()
        : List.of(folder.resolve(region + ".nii.gz"));
  }

  /**
   * The folder of regions. Those of the average surface are the same for all subjects.
   *
   * @param subject from 1
   * @param space the grid
   * @return holds the files
   */
  public Path regions(int subject, NsdSpace space) {
    return root.resolve(
        switch (space) {
          case FUNC_1PT8MM, FUNC_1MM ->
              "nsddata/ppdata/" + name(subject) + "/" + space.folder() + "/roi";
          case NATIVE_SURFACE -> "nsddata/freesurfer/" + name(subject) + "/label";
          case FSAVERAGE -> "nsddata/freesurfer/fsaverage/label";
        });
  }

  /**
   * The folder of a subject's responses.
   *
   * @param subject from 1
   * @param space the grid
   * @param version which estimate
   * @return holds a file for each session, or one for each hemisphere, and signal-to-noise ratios
   */
  public Path betas(int subject, NsdSpace space, BetaVersion version) {
    return root.resolve(
        "nsddata_betas/ppdata/" + name(subject) + "/" + space.folder() + "/" + version.folder());
  }

  /**
   * The responses of one session, whichever form is there.
   *
   * @param betas the folder
   * @param space the grid
   * @param session from 1
   * @return {@code betas_session01.hdf5}, or its {@code .nii.gz} or {@code .nii} if that is there
   *     and the former is not; of a surface {@code lh.betas_session01.hdf5}, {@code .mgh} or {@code
   *     .mgz}, and that of the right hemisphere
   */
  public static List<Path> session(Path betas, NsdSpace space, int session) {
    String stem = String.format(Locale.ROOT, "betas_session%02d", session);
    return files(betas, space, stem, space.isSurface() ? SURFACE_ENDINGS : ENDINGS);
  }

  /**
   * The signal-to-noise ratio of every voxel.
   *
   * @param betas the folder of responses
   * @param space the grid
   * @return {@code ncsnr.nii.gz}; of a surface {@code lh.ncsnr.mgh} or {@code .mgz}, and that of
   *     the right hemisphere
   */
  public static List<Path> ratios(Path betas, NsdSpace space) {
    List<String> endings = space.isSurface() ? List.of(".mgh", ".mgz") : List.of(".nii.gz");
    return files(betas, space, "ncsnr", endings);
  }

  /** One file, or one for each hemisphere. */
  private static List<Path> files(Path folder, NsdSpace space, String stem, List<String> endings) {
    return (space.isSurface() ? SIDES : List.of(""))
        .stream()
            .map(
                side ->
                    endings.stream()
                        .map(ending -> folder.resolve(side + stem + ending))
                        .filter(Files::exists)
                        .findFirst()
                        .orElse(folder.resolve(side + stem + endings.get(0))))
            .toList();
  }

  /** Whether all of some files are there. */
  static boolean areThere(List<Path> files) {
    return files.stream().allMatch(Files::isRegularFile);
  }

  /**
   * The sessions whose responses are there, of both hemispheres if they are of a surface.
   *
   * @param betas the folder; need not exist
   * @param space the grid
   * @return their numbers, in ascending order
   */
  public static List<Integer> sessions(Path betas, NsdSpace space) {
    return IntStream.rangeClosed(1, SessionRange.MOST)
        .filter(session -> areThere(session(betas, space, session)))
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
