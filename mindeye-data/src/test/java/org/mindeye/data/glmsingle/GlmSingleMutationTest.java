// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.glmsingle;

import java.nio.file.Path;
import java.util.List;
import org.mindeye.data.MutationTestCase;
import org.mindeye.data.betas.BetaSession;

/** {@link GlmSingle}. */
class GlmSingleMutationTest extends MutationTestCase {
  private static void readAll(Path file) throws Exception {
    BetaSession betas = GlmSingle.open(file);
    betas.read(new int[] {0, betas.grid().voxels() - 1});
  }

  @Override
  protected List<Format> formats() {
    return List.of(
        Format.of(
            "pickle",
            GlmSingleMutationTest::readAll,
            "glmsingle",
            "volume.npy",
            "protocol_2.npy",
            "flat.npy"),
        Format.of(
            "HDF5",
            GlmSingleMutationTest::readAll,
            "glmsingle",
            "chunked.hdf5",
            "flat.hdf5",
            "matlab.mat"));
  }
}
