// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.formats.io.Sha256;

/**
 * The pictures in a folder and below it.
 *
 * @param folder where they are
 * @param names their paths from there, with slashes, in order
 * @param origin where they come from, in words
 * @param sum SHA-256 of what makes them these pictures
 */
record PictureList(Path folder, List<String> names, String origin, String sum) {
  private static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png");

  static PictureList in(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString(), null, "no such folder");
    }
    List<String> names;
    try (Stream<Path> all = Files.walk(folder)) {
      names =
          all.filter(PictureList::isPicture)
              .map(file -> folder.relativize(file).toString().replace('\\', '/'))
              .sorted()
              .toList();
    }
    if (names.isEmpty()) {
      throw new MindEyeException(
          folder + ": expected .jpg, .jpeg or .png files, also in folders, but found none");
    }
    return new PictureList(folder, names, folder.toAbsolutePath().toString(), sum(folder, names));
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1)) && Files.isRegularFile(file);
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** Of all names, sizes and times of change. */
  private static String sum(Path folder, List<String> names) throws IOException {
    MessageDigest sum = Sha256.create();
    for (String name : names) {
      Path file = folder.resolve(name);
      String line = Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
      sum.update((line + " " + name + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return Sha256.hex(sum);
  }
}
