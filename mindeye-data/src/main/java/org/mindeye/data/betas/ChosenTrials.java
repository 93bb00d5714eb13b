// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.io.IOException;
import org.mindeye.data.volume.VolumeGrid;

/** Some trials of a file, in an order of their own. */
record ChosenTrials(BetaSession whole, int[] chosen) implements BetaSession {
  @Override
  public String source() {
    return whole.source();
  }

  @Override
  public int trials() {
    return chosen.length;
  }

  @Override
  public VolumeGrid grid() {
    return whole.grid();
  }

  @Override
  public boolean hasTrialsTogether() {
    return whole.hasTrialsTogether();
  }

  @Override
  public float[] read(int trial, int[] voxels) throws IOException {
    return whole.read(chosen[trial], voxels);
  }

  @Override
  public OpenTrials openTrials() throws IOException {
    OpenTrials all = whole.openTrials();
    return new OpenFileTrials((trial, voxels) -> all.read(chosen[trial], voxels), all);
  }

  @Override
  public float[][] read(int[] voxels) throws IOException {
    float[][] responses = new float[chosen.length][];
    if (hasTrialsTogether()) {
      try (OpenTrials all = whole.openTrials()) {
        for (int i = 0; i < chosen.length; i++) {
          responses[i] = all.read(chosen[i], voxels);
        }
      }
      return responses;
    }
    float[][] all = whole.read(voxels);
    for (int i = 0; i < chosen.length; i++) {
      responses[i] = all[chosen[i]];
    }
    return responses;
  }
}
