// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.io.IOException;
import java.util.Objects;
import org.mindeye.data.Split;
import org.mindeye.data.betas.BetaStudy.ShownSession;
import org.mindeye.data.volume.VolumeGrid;

/** A session as another one has it, z-scored when it is read. */
record StandardBetas(BetaSession betas, boolean[] counts) implements BetaSession {
  static BetaSession of(ShownSession session, SplitPlan plan, BetaNormalization normalization) {
    return Objects.requireNonNull(normalization, "normalization") == BetaNormalization.NONE
        ? session.betas()
        : new StandardBetas(session.betas(), statistics(session, plan, normalization));
  }

  /** Which trials mean and deviation are taken of. */
  static boolean[] statistics(
      ShownSession session, SplitPlan plan, BetaNormalization normalization) {
    boolean[] counts = new boolean[session.pictures().length];
    for (int trial = 0; trial < counts.length; trial++) {
      long picture = session.pictures()[trial];
      counts[trial] =
          normalization == BetaNormalization.ALL_TRIALS
              || picture >= 0 && plan.of(picture).filter(Split.TRAIN::equals).isPresent();
    }
    return counts;
  }

  @Override
  public String source() {
    return betas.source();
  }

  @Override
  public int trials() {
    return betas.trials();
  }

  @Override
  public VolumeGrid grid() {
    return betas.grid();
  }

  @Override
  public float[][] read(int[] voxels) throws IOException {
    float[][] responses = betas.read(voxels);
    SessionScaler.standardize(responses, counts);
    return responses;
  }
}
