// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.volume;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.data.Fixtures;
import org.mindeye.data.Mutants;

/** Images with random errors are read or refused, and nothing else. */
class VolumeMutationTest {
  /** The formats, each with some files of it. */
  private enum Format {
    NIFTI("i2_little.nii", "f4_big.nii", "scaled.nii", "series.nii"),
    NIFTI_GZ("series.nii.gz", "nsdgeneral.nii.gz"),
    MGH("mgh_i2.mgh", "mgh_f4.mgh"),
    MGZ("surface.mgz");

    private final List<Path> files;

    Format(String... names) {
      files = Stream.of(names).map(name -> Fixtures.file("volume/" + name)).toList();
    }
  }

  @TempDir private Path folder;

  private static void readAll(Path file) throws Exception {
    VolumeFile volume = VolumeFile.open(file);
    volume.numbers();
    volume.read(new int[] {0});
    if (file.toString().contains("nsdgeneral")) {
      RoiMask.read(file, Set.of(1), VoxelOrder.LAST_AXIS_FASTEST);
    }
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void should_read_or_refuse_2000_changed_files(Format format) throws Exception {
    new Mutants(folder, VolumeMutationTest::readAll).attempt(format.files, 2000, 1);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("slow")
  @Timeout(value = 90, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void should_read_or_refuse_100000_changed_files(Format format) throws Exception {
    new Mutants(folder, VolumeMutationTest::readAll).attempt(format.files, 100_000, 2);
  }
}
