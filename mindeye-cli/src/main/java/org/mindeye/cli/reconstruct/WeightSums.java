// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;
import org.mindeye.formats.io.Sha256;

/** Fingerprints of weights as they lie on the disk. */
final class WeightSums {
  private WeightSums() {}

  /**
   * The sum of a file, as its publisher may state it; of several, or of a folder, one of all of
   * their names and sums.
   */
  static String of(List<Path> files) throws IOException {
    if (files.size() == 1 && Files.isRegularFile(files.get(0))) {
      return Sha256.read(files.get(0));
    }
    MessageDigest all = Sha256.create();
    for (Path file : files) {
      String line = file.getFileName() + " " + of(inside(file)) + "\n";
      all.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return Sha256.hex(all);
  }

  private static List<Path> inside(Path place) throws IOException {
    if (!Files.isDirectory(place)) {
      return List.of(place);
    }
    try (Stream<Path> files = Files.list(place)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
