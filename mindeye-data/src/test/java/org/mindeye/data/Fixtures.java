// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Map;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.tensor.HeapArray;

/** The files of other programs that are among the tests' resources. */
public final class Fixtures {
  private Fixtures() {}

  /** A file or folder, by its path below the resources. */
  public static Path file(String name) {
    URL found = Fixtures.class.getResource("/" + name);
    if (found == null) {
      throw new IllegalArgumentException(name + ": no such resource");
    }
    try {
      return Path.of(found.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(name, e);
    }
  }

  /** The arrays that NumPy wrote beside the files. */
  public static Map<String, HeapArray> arrays(String name) throws IOException {
    return Npz.read(file(name));
  }
}
