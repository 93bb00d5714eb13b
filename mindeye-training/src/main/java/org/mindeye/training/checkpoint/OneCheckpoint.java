// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A checkpoint by itself, whatever its folder is called. */
final class OneCheckpoint extends StoreFolder {
  private final Path folder;
  private final long step;

  OneCheckpoint(Path folder, long step) {
    super(folder);
    this.folder = folder;
    this.step = step;
  }

  @Override
  Path checkpoint(long requested) {
    return folder;
  }

  @Override
  List<Long> all() {
    return Files.isDirectory(folder) ? List.of(step) : List.of();
  }
}
