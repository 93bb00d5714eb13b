// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.io.IOException;
import org.mindeye.data.volume.VolumeFile;
import org.mindeye.data.volume.VolumeGrid;

/** A series of images, one for each trial. */
record VolumeBetas(VolumeFile file, BetaFileConfig config) implements BetaSession {
  @Override
  public String source() {
    return file.source();
  }

  @Override
  public int trials() {
    return file.frames();
  }

  @Override
  public VolumeGrid grid() {
    return file.grid();
  }

  @Override
  public float[][] read(int[] voxels) throws IOException {
    float[][] responses = file.read(voxels);
    if (!file.type().isFloating() && !file.isScaled()) {
      for (float[] trial : responses) {
        for (int i = 0; i < trial.length; i++) {
          trial[i] = (float) (trial[i] / config.integersPerPercent());
        }
      }
    }
    return Responses.requireFinite(source(), grid(), voxels, responses);
  }
}
