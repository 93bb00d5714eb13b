// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mindeye.MindEyeException;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.TrialSource;
import org.mindeye.data.betas.BetaFileConfig;
import org.mindeye.data.betas.BetaSession;
import org.mindeye.data.betas.BetaStudy;
import org.mindeye.data.betas.BetaStudy.ShownSession;
import org.mindeye.data.betas.BetaTrials;
import org.mindeye.data.betas.SplitPlan;
import org.mindeye.data.volume.RoiMask;
import org.mindeye.data.volume.VolumeFile;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.Problems;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * A subject of the Natural Scenes Dataset, read from the files as they are published:
 *
 * <pre>{@code
 * NsdConfig config = NsdConfig.paper(Subject.SUBJ01);
 * try (NsdData data = NsdData.open(new NsdFolder(root), config, NoiseSource.seeded(42));
 *     TrialSource test = data.trials(Split.TEST)) {
 *   for (Trial trial : test) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>Everything is compared with everything before the first response is read: sizes with what is
 * known of the subject, sessions with the design, and the table of pictures and the subject's
 * answers, where they are there, with both.
 */
public final class NsdData implements AutoCloseable {
  private final NsdConfig config;
  private final Path betas;
  private final StimulusImages pictures;
  private final RoiMask region;
  private final SplitPlan splits;
  private final BetaStudy study;

  private NsdData(
      NsdConfig config,
      Path betas,
      StimulusImages pictures,
      RoiMask region,
      SplitPlan splits,
      BetaStudy study) {
    this.config = config;
    this.betas = betas;
    this.pictures = pictures;
    this.region = region;
    this.splits = splits;
    this.study = study;
  }

  /**
   * Opens a subject's data, and checks what belongs together.
   *
   * @param folder where the files lie
   * @param config what to take
   * @param noise draws the pictures for validation
   * @return the data, to be closed by the caller
   * @throws IOException if a file cannot be read
   * @throws MalformedFileException if a file is damaged, or none where one should be
   * @throws MindEyeException if files do not belong together, or sessions are missing; names all of
   *     them
   */
  public static NsdData open(NsdFolder folder, NsdConfig config, NoiseSource noise)
      throws IOException {
    NsdSubject subject = config.subject();
    Path betas = folder.betas(subject.number(), subject.space(), config.version());
    requireFiles(folder, config, betas);
    NsdDesign design = NsdDesign.read(folder.design());
    requireTables(folder, subject, design);
    RoiMask region =
        config
            .region()
            .read(folder.region(subject.number(), subject.space(), config.region().name()));
    region.requireGrid(subject.grid(), "subject " + subject.number());
    if (subject.regionVoxels() > 0) {
      region.requireVoxels(subject.regionVoxels());
    }
    SplitPlan splits = NsdSplits.of(design, subject, config.sessions(), config.splits(), noise);
    try (CloseOnFailure opened = new CloseOnFailure()) {
      StimulusImages pictures = opened.add(StimulusImages.open(folder.pictures()));
      BetaStudy study =
          new BetaStudy(
              betas.toString(),
              sessions(config, betas, design),
              region,
              id -> pictures.image(new NsdId((int) id)));
      return opened.done(new NsdData(config, betas, pictures, region, splits, study));
    }
  }

  /** All that are missing at once: they are large, and fetched one by one. */
  private static void requireFiles(NsdFolder folder, NsdConfig config, Path betas)
      throws IOException {
    NsdSubject subject = config.subject();
    Problems problems = new Problems();
    List<Path> files = new ArrayList<>(List.of(folder.design(), folder.pictures()));
    files.addAll(folder.region(subject.number(), subject.space(), config.region().name()));
    for (Path file : files) {
      problems.check(
          () -> {
            if (!Files.isRegularFile(file)) {
              throw new MindEyeException(file + ": expected this file but found none");
            }
          });
    }
    SessionRange sessions = config.sessions();
    String missing =
        IntStream.rangeClosed(sessions.first(), sessions.last())
            .filter(s -> !NsdFolder.areThere(NsdFolder.session(betas, subject.space(), s)))
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(", "));
    problems.check(
        () -> {
          if (!missing.isEmpty()) {
            throw new MindEyeException(
                betas
                    + ": expected "
                    + (subject.space().isSurface()
                        ? "files lh.betas_sessionNN and rh.betas_sessionNN (.hdf5 or .mgh)"
                        : "a file betas_sessionNN.hdf5 or .nii.gz")
                    + " for each of "
                    + sessions
                    + " but found none for "
                    + missing
                    + "; get them, or take fewer sessions");
          }
        });
    problems.refuseAny();
  }

  private static void requireTables(NsdFolder folder, NsdSubject subject, NsdDesign design)
      throws IOException {
    if (Files.exists(folder.stimulusTable())) {
      design.requireAgreement(StimulusTable.read(folder.stimulusTable()));
    }
    Path behavior = folder.behavior(subject.number());
    if (Files.exists(behavior)) {
      BehaviorTable table = BehaviorTable.read(behavior);
      if (table.subject() != subject.number()) {
        throw new MindEyeException(
            behavior + ": expected subject " + subject.number() + " but found " + table.subject());
      }
      table.requireAgreement(design);
    }
  }

  private static List<ShownSession> sessions(NsdConfig config, Path betas, NsdDesign design)
      throws IOException {
    NsdSubject subject = config.subject();
    List<ShownSession> sessions = new ArrayList<>();
    for (int s = config.sessions().first(); s <= config.sessions().last(); s++) {
      long[] pictures =
          NsdSplits.pictures(design, subject, new SessionRange(s, s)).stream()
              .mapToLong(NsdId::value)
              .toArray();
      BetaSession session = session(NsdFolder.session(betas, subject.space(), s));
      long firstTrial = (s - 1L) * subject.trialsPerSession();
      sessions.add(new ShownSession(session, pictures, firstTrial));
    }
    return sessions;
  }

  private static BetaSession session(List<Path> files) throws IOException {
    BetaSession first = BetaSession.open(files.get(0), BetaFileConfig.paper());
    return files.size() == 1
        ? first
        : BetaSession.ofHemispheres(first, BetaSession.open(files.get(1), BetaFileConfig.paper()));
  }

  /** The file of all pictures. */
  Path pictureFile() {
    return Path.of(pictures.source());
  }

  /** The files of responses. */
  List<Path> files() {
    SessionRange sessions = config.sessions();
    return IntStream.rangeClosed(sessions.first(), sessions.last())
        .mapToObj(s -> NsdFolder.session(betas, config.subject().space(), s))
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Which pictures are in which split. Its text has their numbers.
   *
   * @return the plan; pictures are numbered as {@link NsdId}
   */
  public SplitPlan splits() {
    return splits;
  }

  /**
   * The voxels of the responses.
   *
   * @return the region
   */
  public RoiMask region() {
    return region;
  }

  /**
   * The trials of a split.
   *
   * @param split which
   * @return the trials, to be closed by the caller; their pictures are read as long as this is open
   * @throws MindEyeException if there are none
   */
  public TrialSource trials(Split split) {
    return BetaTrials.of(study, splits, split, config.normalization(), config.grouping());
  }

  /** What was measured where, and what was shown. */
  BetaStudy study() {
    return study;
  }

  /** What it was opened with. */
  NsdConfig config() {
    return config;
  }

  /** Where the signal-to-noise ratios are, if they are there. */
  List<Path> ratios() {
    return NsdFolder.ratios(betas, config.subject().space());
  }

  /**
   * The same as data of any form, with as many responses to each picture: where it was shown less
   * than three times, they come again in turns.
   *
   * @return the source, which closes this
   */
  public SubjectSource source() {
    return new NsdSubjectSource(this);
  }

  /**
   * The signal-to-noise ratio of every voxel, from which its noise ceiling follows: {@code
   * ncsnr.nii.gz} beside the responses, or {@code lh.ncsnr.mgh} and {@code rh.ncsnr.mgh}.
   *
   * @return {@code [voxels]}, finite, in the order of the responses; 0 where the file has no number
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if it is damaged
   * @throws MindEyeException if it is on another grid
   */
  public float[] signalToNoise() throws IOException {
    return ratios(ratios(), region);
  }

  /**
   * Reads signal-to-noise ratios.
   *
   * @param paths a file, or one for each hemisphere, as {@link NsdFolder#ratios} names them
   * @param region whose voxels
   * @return {@code [voxels]}, in the order of the region, finite: 0 where the file has no number
   * @throws IOException if a file cannot be read
   * @throws MalformedFileException if one is damaged
   * @throws MindEyeException if they are on another grid
   */
  public static float[] ratios(List<Path> paths, RoiMask region) throws IOException {
    List<VolumeFile> files = new ArrayList<>();
    for (Path each : paths) {
      VolumeFile file = VolumeFile.open(each);
      if (file.frames() != 1) {
        throw new MalformedFileException(file.source(), "one frame", String.valueOf(file.frames()));
      }
      files.add(file);
    }
    VolumeFile first = files.get(0);
    if (files.size() == 1) {
      region.requireGrid(first.grid(), first.source());
      return known(first.read(region.indices())[0]);
    }
    VolumeFile second = files.get(1);
    VolumeGrid both = VolumeGrid.ofHemispheres(first.grid().voxels(), second.grid().voxels());
    region.requireGrid(both, first.source() + " and " + second.source());
    double[] left = first.values();
    double[] right = second.values();
    float[] ratios = new float[region.voxels()];
    int[] indices = region.indices();
    for (int i = 0; i < ratios.length; i++) {
      int at = indices[i];
      ratios[i] = (float) (at < left.length ? left[at] : right[at - left.length]);
    }
    return known(ratios);
  }

  /** Where there are no responses to estimate it from, files have NaN. */
  private static float[] known(float[] ratios) {
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = Float.isFinite(ratios[i]) ? ratios[i] : 0;
    }
    return ratios;
  }

  /** Releases the pictures. Closing twice is harmless. */
  @Override
  public void close() {
    pictures.close();
  }

  @Override
  public String toString() {
    return "NSD subject "
        + config.subject().number()
        + ", "
        + config.sessions()
        + ", "
        + config.version().folder()
        + ": "
        + splits;
  }
}
