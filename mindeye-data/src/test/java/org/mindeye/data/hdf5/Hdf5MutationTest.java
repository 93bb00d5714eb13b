// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.data.Fixtures;
import org.mindeye.data.Mutants;

/** Files with random errors are read or refused, and nothing else. */
class Hdf5MutationTest {
  private static final List<Path> FILES =
      Stream.of("v108.h5", "v110.h5", "v114.h5", "types.h5")
          .map(name -> Fixtures.file("hdf5/" + name))
          .toList();

  @TempDir private Path folder;

  private static void readAll(Path file) throws Exception {
    try (Hdf5File open = Hdf5File.open(file)) {
      for (String name : open.names()) {
        if (!List.of("text", "compound", "unsigned_64", "filled", "unwritten").contains(name)) {
          open.dataset(name).read();
        }
      }
    }
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void should_read_or_refuse_2000_changed_files() throws Exception {
    new Mutants(folder, Hdf5MutationTest::readAll).attempt(FILES, 2000, 1);
  }

  @Test
  @Tag("slow")
  @Timeout(value = 90, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void should_read_or_refuse_100000_changed_files() throws Exception {
    new Mutants(folder, Hdf5MutationTest::readAll).attempt(FILES, 100_000, 2);
  }
}
