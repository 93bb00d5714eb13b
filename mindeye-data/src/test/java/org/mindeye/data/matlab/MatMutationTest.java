// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.matlab;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.mindeye.data.MutationTestCase;

/** {@link MatFile5} and {@link MatFile73}. */
class MatMutationTest extends MutationTestCase {
  private static final Set<String> OTHERS =
      Set.of("text", "cells", "record", "complex", "sparse", "unsigned_64");

  private static void readAll(Path file) throws Exception {
    try (MatFile open = MatFile.open(file)) {
      for (String name : open.names()) {
        if (!OTHERS.contains(name)) {
          open.array(name);
        }
      }
    }
  }

  @Override
  protected List<Format> formats() {
    return List.of(
        Format.of("MAT 5", MatMutationTest::readAll, "matlab", "plain.mat", "compressed.mat"),
        Format.of("MAT 7.3", MatMutationTest::readAll, "matlab", "version_7_3.mat"));
  }
}
