// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.volume;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.mindeye.data.Mutants;
import org.mindeye.data.MutationTestCase;

/** {@link VolumeFile}, through {@link VolumeStream}, and {@link RoiMask}. */
class VolumeMutationTest extends MutationTestCase {
  private static void readAll(Path file) throws Exception {
    VolumeFile volume = VolumeFile.open(file);
    volume.numbers();
    volume.read(new int[] {0});
    if (file.toString().contains("nsdgeneral")) {
      RoiMask.read(file, Set.of(1), VoxelOrder.LAST_AXIS_FASTEST);
    }
  }

  private static Format format(String name, String... files) {
    Mutants.Reader reader = VolumeMutationTest::readAll;
    return Format.of(name, reader, "volume", files);
  }

  @Override
  protected List<Format> formats() {
    return List.of(
        format("NIfTI", "i2_little.nii", "f4_big.nii", "scaled.nii", "series.nii"),
        format("NIfTI, compressed", "series.nii.gz", "nsdgeneral.nii.gz"),
        format("MGH", "mgh_i2.mgh", "mgh_f4.mgh"),
        format("MGZ", "surface.mgz"));
  }
}
