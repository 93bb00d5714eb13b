// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import java.nio.file.Path;
import java.util.List;
import org.mindeye.data.MutationTestCase;

/** {@link Hdf5File}. */
class Hdf5MutationTest extends MutationTestCase {
  private static final List<String> OTHERS =
      List.of("text", "compound", "unsigned_64", "filled", "unwritten", "netcdf_half");

  private static void readAll(Path file) throws Exception {
    try (Hdf5File open = Hdf5File.open(file)) {
      for (String name : open.names()) {
        if (!OTHERS.contains(name)) {
          open.dataset(name).read();
        }
      }
    }
  }

  @Override
  protected List<Format> formats() {
    return List.of(
        Format.of(
            "HDF5",
            Hdf5MutationTest::readAll,
            "hdf5",
            "v108.h5",
            "v110.h5",
            "v114.h5",
            "types.h5",
            "filters.h5",
            "growing_v110.h5"));
  }
}
