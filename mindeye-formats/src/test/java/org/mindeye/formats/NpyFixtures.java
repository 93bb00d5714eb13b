// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;

/** The arrays NumPy wrote. */
public final class NpyFixtures {
  private NpyFixtures() {}

  /** A file's bytes, by its name without the ending. */
  public static byte[] bytes(String name) throws IOException {
    try (InputStream in = NpyFixtures.class.getResourceAsStream("/npy/" + name + ".npy")) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }

  /** What a file holds. */
  public static HeapArray array(String name) throws IOException {
    return Npy.decode(name, bytes(name));
  }
}
