// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.util.Objects;
import org.mindeye.data.Subject;
import org.mindeye.data.betas.BetaNormalization;
import org.mindeye.data.betas.TrialGrouping;

/**
 * What to take of the dataset.
 *
 * @param subject whose responses
 * @param sessions which sessions
 * @param version which estimate of the responses
 * @param region of the voxels
 * @param normalization how sessions are made comparable
 * @param grouping what a sample is
 * @param splits how pictures are divided
 */
public record NsdConfig(
    NsdSubject subject,
    SessionRange sessions,
    BetaVersion version,
    NsdRegion region,
    BetaNormalization normalization,
    TrialGrouping grouping,
    NsdSplitConfig splits) {
  /** Sessions that were held back when MindEye was trained. */
  private static final int HELD_BACK = 3;

  /** Checks that everything is there. */
  public NsdConfig {
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(sessions, "sessions");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(normalization, "normalization");
    Objects.requireNonNull(grouping, "grouping");
    Objects.requireNonNull(splits, "splits");
  }

  /**
   * The data MindEye was trained on: all sessions but the last three, which were published later;
   * denoised responses of {@code nsdgeneral}, z-scored with all trials of their session; 982 test
   * pictures where there are 40 sessions.
   *
   * @param subject whose responses
   * @return the configuration
   */
  public static NsdConfig paper(Subject subject) {
    return new NsdConfig(
        NsdSubject.paper(subject),
        new SessionRange(1, subject.sessions() - HELD_BACK),
        BetaVersion.FIT_HRF_GLM_DENOISE_RR,
        NsdRegion.paper(),
        BetaNormalization.ALL_TRIALS,
        TrialGrouping.PICTURES,
        NsdSplitConfig.paper());
  }

  /**
   * All that is published of a subject, all 1000 test pictures where there are 40 sessions, and no
   * test trial in mean or deviation.
   *
   * @param subject whose responses
   * @return the configuration
   */
  public static NsdConfig all(Subject subject) {
    return paper(subject)
        .withSessions(new SessionRange(1, subject.sessions()))
        .withNormalization(BetaNormalization.TRAINING_TRIALS);
  }

  /**
   * The same with other sessions.
   *
   * @param range which
   * @return a copy
   */
  public NsdConfig withSessions(SessionRange range) {
    return new NsdConfig(subject, range, version, region, normalization, grouping, splits);
  }

  /**
   * The same with another estimate of the responses.
   *
   * @param other which
   * @return a copy
   */
  public NsdConfig withVersion(BetaVersion other) {
    return new NsdConfig(subject, sessions, other, region, normalization, grouping, splits);
  }

  /**
   * The same with another region, of a size that is not known beforehand.
   *
   * @param other which
   * @return a copy
   */
  public NsdConfig withRegion(NsdRegion other) {
    return new NsdConfig(
        subject.withRegionVoxels(0), sessions, version, other, normalization, grouping, splits);
  }

  /**
   * The same with sessions made comparable in another way.
   *
   * @param other how
   * @return a copy
   */
  public NsdConfig withNormalization(BetaNormalization other) {
    return new NsdConfig(subject, sessions, version, region, other, grouping, splits);
  }

  /**
   * The same with other samples.
   *
   * @param other what one is
   * @return a copy
   */
  public NsdConfig withGrouping(TrialGrouping other) {
    return new NsdConfig(subject, sessions, version, region, normalization, other, splits);
  }

  /**
   * The same with pictures divided in another way.
   *
   * @param other how
   * @return a copy
   */
  public NsdConfig withSplits(NsdSplitConfig other) {
    return new NsdConfig(subject, sessions, version, region, normalization, grouping, other);
  }
}
