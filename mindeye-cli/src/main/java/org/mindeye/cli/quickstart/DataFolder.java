// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.mindeye.cli.report.SimulatedTruth;
import org.mindeye.data.Split;

/** Makes room for a new simulated subject. */
final class DataFolder {
  private DataFolder() {}

  /** Deletes the files of an earlier quickstart, by their names, and nothing else. */
  static void clear(Path folder, int subject) throws IOException {
    Files.deleteIfExists(
        folder.resolve(String.format(Locale.ROOT, "metadata_subj%02d.json", subject)));
    Files.deleteIfExists(SimulatedTruth.file(folder, subject));
    for (Split split : Split.values()) {
      Path splitFolder = folder.resolve(split.folder());
      if (Files.isDirectory(splitFolder)) {
        String name = String.format(Locale.ROOT, "%s_subj%02d_\\d+\\.tar", split.folder(), subject);
        try (DirectoryStream<Path> shards =
            Files.newDirectoryStream(splitFolder, f -> f.getFileName().toString().matches(name))) {
          for (Path shard : shards) {
            Files.delete(shard);
          }
        }
      }
    }
  }
}
