// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.io.IOException;
import java.util.Arrays;
import org.mindeye.data.volume.VolumeGrid;

/** Some of the trials of a file. */
record SessionPart(BetaSession whole, int from, int trials) implements BetaSession {
  @Override
  public String source() {
    return whole.source() + " (trials " + from + " to " + (from + trials - 1) + ")";
  }

  @Override
  public VolumeGrid grid() {
    return whole.grid();
  }

  @Override
  public float[][] read(int[] voxels) throws IOException {
    return Arrays.copyOfRange(whole.read(voxels), from, from + trials);
  }
}
