// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.glmsingle;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.data.Fixtures;
import org.mindeye.data.Mutants;
import org.mindeye.data.betas.BetaSession;

/** Files with random errors are read or refused, and nothing else. */
class GlmSingleMutationTest {
  private enum Form {
    PICKLE("volume.npy", "protocol_2.npy", "flat.npy"),
    DATASET("chunked.hdf5", "flat.hdf5", "matlab.mat");

    private final List<Path> files;

    Form(String... names) {
      files = Stream.of(names).map(name -> Fixtures.file("glmsingle/" + name)).toList();
    }
  }

  @TempDir private Path folder;

  private static void readAll(Path file) throws Exception {
    BetaSession betas = GlmSingle.open(file);
    betas.read(new int[] {0, betas.grid().voxels() - 1});
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void should_read_or_refuse_2000_changed_files(Form form) throws Exception {
    new Mutants(folder, GlmSingleMutationTest::readAll).attempt(form.files, 2000, 1);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("slow")
  @Timeout(value = 90, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void should_read_or_refuse_100000_changed_files(Form form) throws Exception {
    new Mutants(folder, GlmSingleMutationTest::readAll).attempt(form.files, 100_000, 2);
  }
}
