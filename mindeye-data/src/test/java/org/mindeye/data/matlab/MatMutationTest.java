// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.matlab;

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

/** Files with random errors are read or refused, and nothing else. */
class MatMutationTest {
  private static final Set<String> OTHERS =
      Set.of("text", "cells", "record", "complex", "sparse", "unsigned_64");

  private enum Version {
    MAT_5("plain.mat", "compressed.mat"),
    MAT_7_3("version_7_3.mat");

    private final List<Path> files;

    Version(String... names) {
      files = Stream.of(names).map(name -> Fixtures.file("matlab/" + name)).toList();
    }
  }

  @TempDir private Path folder;

  private static void readAll(Path file) throws Exception {
    try (MatFile open = MatFile.open(file)) {
      for (String name : open.names()) {
        if (!OTHERS.contains(name)) {
          open.array(name);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void should_read_or_refuse_2000_changed_files(Version version) throws Exception {
    new Mutants(folder, MatMutationTest::readAll).attempt(version.files, 2000, 1);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("slow")
  @Timeout(value = 90, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void should_read_or_refuse_100000_changed_files(Version version) throws Exception {
    new Mutants(folder, MatMutationTest::readAll).attempt(version.files, 100_000, 2);
  }
}
