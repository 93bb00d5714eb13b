// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.io.Closeable;
import java.io.IOException;

/**
 * Trials that are read one by one from what is open.
 *
 * @param reader how one is read
 * @param open what is closed with them
 */
record OpenFileTrials(BetaSession.OpenTrials reader, Closeable open)
    implements BetaSession.OpenTrials {
  @Override
  public float[] read(int trial, int[] voxels) throws IOException {
    return reader.read(trial, voxels);
  }

  @Override
  public void close() throws IOException {
    open.close();
  }
}
