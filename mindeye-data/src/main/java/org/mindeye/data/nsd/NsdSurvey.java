// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mindeye.MindEyeException;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.data.Subject;
import org.mindeye.data.betas.BetaFileConfig;
import org.mindeye.data.betas.BetaNormalization;
import org.mindeye.data.betas.BetaSession;
import org.mindeye.data.betas.TrialGrouping;

/**
 * What of a subject's published files is there: which estimates of the responses, and which
 * sessions. From it follows a configuration that takes what is there.
 */
public final class NsdSurvey {
  /** Of the pictures that may be trained on, so many are set aside at most: one in ten. */
  private static final int VALIDATION_SHARE = 10;

  /** With fewer there is nothing to tell apart. */
  private static final int FEWEST = 2;

  private final NsdFolder folder;
  private final int subject;
  private final NsdSpace space;
  private final Map<BetaVersion, List<Integer>> sessions = new EnumMap<>(BetaVersion.class);

  private NsdSurvey(NsdFolder folder, int subject, NsdSpace space) {
    this.folder = folder;
    this.subject = subject;
    this.space = space;
    for (BetaVersion version : BetaVersion.values()) {
      List<Integer> there = NsdFolder.sessions(folder.betas(subject, space, version), space);
      if (!there.isEmpty()) {
        sessions.put(version, there);
      }
    }
  }

  /**
   * Looks which files of a subject are there.
   *
   * @param folder where they lie
   * @param subject 1 to 8 for the published ones; others may have grids, sessions and regions of
   *     any size, which are then taken from the files
   * @param space the grid of the voxels
   * @return the survey
   * @throws MindEyeException if no responses of this subject are there; names the subjects that are
   */
  public static NsdSurvey of(NsdFolder folder, int subject, NsdSpace space) {
    NsdSurvey survey = new NsdSurvey(folder, subject, Objects.requireNonNull(space, "space"));
    if (survey.sessions.isEmpty()) {
      throw new MindEyeException(
          folder.betas(subject, space, BetaVersion.FIT_HRF_GLM_DENOISE_RR)
              + ": expected "
              + (space.isSurface()
                  ? "lh.betas_session01 and rh.betas_session01 (.hdf5 or .mgh)"
                  : "betas_session01.hdf5 or .nii.gz")
              + " and so on but found none, nor in "
              + Arrays.stream(BetaVersion.values())
                  .limit(2)
                  .map(BetaVersion::folder)
                  .collect(Collectors.joining(" and "))
              + "; "
              + elsewhere(folder, subject)
              + (folder.subjects().isEmpty()
                  ? "there are no subjects in " + folder.root()
                  : "there are files of the subjects " + folder.subjects()));
    }
    return survey;
  }

  /** The spaces whose responses are there. */
  private static String elsewhere(NsdFolder folder, int subject) {
    List<String> spaces =
        Arrays.stream(NsdSpace.values())
            .filter(
                other ->
                    Arrays.stream(BetaVersion.values())
                        .map(version -> folder.betas(subject, other, version))
                        .anyMatch(betas -> !NsdFolder.sessions(betas, other).isEmpty()))
            .map(NsdSpace::folder)
            .toList();
    return spaces.isEmpty()
        ? ""
        : "there are some in " + spaces + ": prepare that space (NsdSpace); ";
  }

  /**
   * Which sessions are there.
   *
   * @return for each estimate of which there are some
   */
  public Map<BetaVersion, List<Integer>> sessions() {
    return Map.copyOf(sessions);
  }

  /**
   * The denoised estimate, or the only one that is there.
   *
   * @return which responses to take
   * @throws MindEyeException if there are two others to choose from
   */
  public BetaVersion version() {
    BetaVersion usual = BetaVersion.FIT_HRF_GLM_DENOISE_RR;
    if (sessions.containsKey(usual)) {
      return usual;
    }
    if (sessions.size() > 1) {
      throw new MindEyeException(
          folder.betas(subject, space, usual)
              + ": expected the usual responses but found none; choose among "
              + sessions.keySet().stream().map(BetaVersion::folder).toList());
    }
    return sessions.keySet().iterator().next();
  }

  /**
   * The sessions of one estimate that are there.
   *
   * @param version which
   * @return from the first to the last
   * @throws MindEyeException if there are none, or some in between are missing; names them
   */
  public SessionRange range(BetaVersion version) {
    List<Integer> there = sessions.getOrDefault(version, List.of());
    Path betas = folder.betas(subject, space, version);
    if (there.isEmpty()) {
      throw new MindEyeException(
          betas
              + ": expected responses but found none; there are "
              + sessions.keySet().stream().map(BetaVersion::folder).toList());
    }
    return require(version, new SessionRange(there.get(0), there.get(there.size() - 1)));
  }

  /**
   * Refuses sessions that are not all there.
   *
   * @param version of which estimate
   * @param range which are to be taken
   * @return the same
   * @throws MindEyeException if some are missing; names those that are there
   */
  public SessionRange require(BetaVersion version, SessionRange range) {
    List<Integer> there = sessions.getOrDefault(version, List.of());
    if (!IntStream.rangeClosed(range.first(), range.last()).allMatch(there::contains)) {
      throw new MindEyeException(
          folder.betas(subject, space, version)
              + ": expected a file for each of "
              + range
              + " but found only "
              + there
              + "; get the others, or name the sessions to take");
    }
    return range;
  }

  /**
   * What is known of the subject: the published numbers, or what the files of others say.
   *
   * @param region whose mask gives the grid
   * @param version whose first session gives the trials
   * @return its numbers
   * @throws IOException if a file cannot be read
   */
  public NsdSubject subject(NsdRegion region, BetaVersion version) throws IOException {
    if (subject <= Subject.values().length) {
      Subject known = Subject.of(subject);
      NsdSubject paper = NsdSubject.paper(known);
      boolean usual = space == paper.space() && region.equals(NsdRegion.paper());
      return new NsdSubject(
          subject,
          space,
          space.grid(known),
          paper.trialsPerSession(),
          usual ? paper.regionVoxels() : 0);
    }
    List<Path> masks = folder.region(subject, space, region.name());
    for (Path mask : masks) {
      if (!Files.exists(mask)) {
        throw new MindEyeException(mask + ": expected this file but found none");
      }
    }
    Path betas = folder.betas(subject, space, version);
    List<Path> first = NsdFolder.session(betas, space, range(version).first());
    int trials = BetaSession.open(first.get(0), BetaFileConfig.paper()).trials();
    return new NsdSubject(subject, space, region.read(masks).grid(), trials, 0);
  }

  /**
   * How many pictures to set aside for validation: the published 300, or a tenth of all that may be
   * trained on, if that is less.
   *
   * @param numbers of the subject
   * @param range of sessions
   * @return 2 or more
   * @throws IOException if the design cannot be read
   */
  public int validationPictures(NsdSubject numbers, SessionRange range) throws IOException {
    int all =
        NsdSplits.of(
                NsdDesign.read(folder.design()),
                numbers,
                range,
                new NsdSplitConfig(0, 1),
                NoiseSource.seeded(0))
            .pictures(Split.TRAIN)
            .size();
    return Math.max(
        FEWEST, Math.min(NsdSplitConfig.paper().validationPictures(), all / VALIDATION_SHARE));
  }

  /**
   * What to take where nothing else is said: MindEye's sessions, or those that are there if they
   * are fewer; all responses of each picture; z-scores with the training trials' statistics.
   *
   * @return the configuration
   * @throws IOException if a file cannot be read
   * @throws MindEyeException if sessions in between are missing
   */
  public NsdConfig config() throws IOException {
    BetaVersion version = version();
    NsdRegion region = NsdRegion.paper();
    NsdSubject numbers = subject(region, version);
    SessionRange range = range(version);
    if (subject <= Subject.values().length) {
      int last = NsdConfig.paper(Subject.of(subject)).sessions().last();
      if (range.first() <= last) {
        range = new SessionRange(range.first(), Math.min(last, range.last()));
      }
    }
    return new NsdConfig(
        numbers,
        range,
        version,
        region,
        BetaNormalization.TRAINING_TRIALS,
        TrialGrouping.PICTURES,
        new NsdSplitConfig(validationPictures(numbers, range), 1));
  }
}
