// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.data.Split;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.TrialSource;
import org.mindeye.data.betas.BetaStudy.ShownSession;

/**
 * A subject's data that are a study: files of responses, a list of what was shown, and a plan of
 * splits. Pictures, not samples, are divided.
 */
public abstract class StudySource implements SubjectSource {
  private final int subject;
  private final BetaStudy study;
  private final SplitPlan plan;
  private final StudyConfig config;

  /**
   * A source.
   *
   * @param subject whose data they are, 1 to 99
   * @param study what was measured and shown
   * @param plan which pictures belong to which split
   * @param config how samples are made of it
   */
  protected StudySource(int subject, BetaStudy study, SplitPlan plan, StudyConfig config) {
    this.subject = subject;
    this.study = Objects.requireNonNull(study, "study");
    this.plan = Objects.requireNonNull(plan, "plan");
    this.config = Objects.requireNonNull(config, "config");
  }

  /**
   * What was measured and shown.
   *
   * @return the study
   */
  public final BetaStudy study() {
    return study;
  }

  /**
   * Which pictures belong to which split. Its text has their numbers.
   *
   * @return the plan
   */
  public final SplitPlan plan() {
    return plan;
  }

  /**
   * How samples are made of it.
   *
   * @return the settings
   */
  public final StudyConfig config() {
    return config;
  }

  /**
   * The files that responses are read from, and those that say what they are responses to.
   *
   * @return those that name their sessions, unless an implementation says otherwise
   */
  protected List<Path> files() {
    return study.sessions().stream()
        .map(session -> Path.of(session.betas().source()))
        .distinct()
        .toList();
  }

  /**
   * The files that pictures are read from.
   *
   * @return one of all pictures, or one for each, always in the same order
   */
  protected abstract List<Path> pictureFiles();

  @Override
  public final int subject() {
    return subject;
  }

  @Override
  public final Set<Split> splits() {
    return plan.splits();
  }

  @Override
  public final int voxels() {
    return study.region().voxels();
  }

  @Override
  public final TrialSource trials(Split split, int voxels) {
    if (voxels != voxels()) {
      throw new MindEyeException(
          study.name()
              + ": expected "
              + Plural.of(voxels, "voxel")
              + " in every response but found "
              + voxels()
              + "; a model reads the voxels that it was trained with");
    }
    return trials(split);
  }

  @Override
  public final TrialSource trials(Split split) {
    return TrialSource.padded(
        BetaTrials.of(study, plan, split, config.normalization(), config.grouping()),
        config.repeats());
  }

  @Override
  public final boolean isDividedByPictures() {
    return true;
  }

  @Override
  public final String fingerprint() throws IOException {
    StringBuilder text = new StringBuilder().append(this).append('\n').append(config).append('\n');
    text.append("voxels ").append(Arrays.hashCode(study.region().indices())).append('\n');
    for (Path file : files()) {
      text.append(state(file)).append('\n');
    }
    int pictures = 1; // a sum of the lines: there may be thousands
    for (Path file : pictureFiles()) {
      pictures = 31 * pictures + state(file).hashCode();
    }
    text.append("picture files ").append(pictures).append('\n');
    for (ShownSession session : study.sessions()) {
      text.append("shown ").append(Arrays.hashCode(session.pictures())).append('\n');
    }
    for (Split split : splits()) {
      text.append(split).append(' ').append(plan.pictures(split)).append('\n');
    }
    return text.toString();
  }

  /** Changes when a file does, as far as can be seen without reading it. */
  private static String state(Path file) throws IOException {
    return file.getFileName() + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
  }
}
