// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.data;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.mindeye.MindEyeException;

/** Throws what callers expect. */
public final class GoodThrower {
  private GoodThrower() {}

  static void throwing(int kind) throws IOException {
    switch (kind) {
      case 0 -> throw new IllegalArgumentException("kind: expected more than 0 but was 0");
      case 1 -> throw new IllegalStateException("closed");
      case 2 -> throw new NoSuchFileException("file");
      default -> throw new MindEyeException("data: expected sense but found none");
    }
  }
}
