// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.util.List;
import java.util.Objects;
import java.util.function.LongFunction;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.data.TrialImage;
import org.mindeye.data.volume.RoiMask;

/**
 * One subject's experiment: what was measured where, and what was shown.
 *
 * @param name of the study, for messages
 * @param sessions in their order, all on one grid
 * @param region whose voxels are the responses, in this order
 * @param pictures the picture of a number, of which nothing is read yet
 */
public record BetaStudy(
    String name, List<ShownSession> sessions, RoiMask region, LongFunction<TrialImage> pictures) {
  /** The number of a trial without a picture, or whose picture is not known. */
  public static final long NO_PICTURE = -1;

  /**
   * A session and its pictures.
   *
   * @param betas the responses
   * @param pictures the number of each trial's picture, 0 or more, or {@link #NO_PICTURE}; must not
   *     change afterwards
   * @param firstTrial the number of its first trial, counted through all sessions
   */
  public record ShownSession(BetaSession betas, long[] pictures, long firstTrial) {
    /** Checks that there is a picture for every trial. */
    public ShownSession {
      if (pictures.length != betas.trials()) {
        throw new MindEyeException(
            betas.source()
                + ": expected "
                + Plural.of(pictures.length, "trial")
                + ", as many as pictures were shown in this session, but found "
                + betas.trials()
                + (betas.grid().width() == pictures.length
                    ? ": its axes are swapped, see BetaAxes"
                    : ""));
      }
    }
  }

  /** Checks that there are sessions, and that all have the grid of the region. */
  public BetaStudy {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(pictures, "pictures");
    sessions = List.copyOf(sessions);
    if (sessions.isEmpty()) {
      throw new IllegalArgumentException(name + ": a study has at least one session");
    }
    for (ShownSession each : sessions) {
      region.requireGrid(each.betas().grid(), each.betas().source());
    }
  }

  /**
   * Whether the responses to one trial lie together in all files, so that pictures can be read one
   * by one.
   *
   * @return true if they do
   */
  public boolean hasTrialsTogether() {
    return sessions.stream().allMatch(session -> session.betas().hasTrialsTogether());
  }

  /**
   * A session with its responses made comparable, to be kept in a file for example.
   *
   * @param session its place in the study
   * @param plan which trials are for training
   * @param normalization how
   * @return the responses, of which none is read yet
   */
  public BetaSession standardized(int session, SplitPlan plan, BetaNormalization normalization) {
    return StandardBetas.of(sessions.get(session), plan, normalization);
  }
}
