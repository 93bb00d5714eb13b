// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** {@link EncodedImage}, pictures of every kind. */
class PictureMutationTest extends MutationTestCase {
  private static void read(Path file) throws Exception {
    EncodedImage image =
        EncodedImage.of(
            new SampleOrigin(file.toString(), "one"),
            Files.readAllBytes(file),
            new ImageLimits(512, 512));
    image.toFloats();
    image.toBufferedImage();
  }

  private static Format format(String name, String ending) {
    return new Format(name, folder -> kinds(ending), PictureMutationTest::read);
  }

  private static List<Path> kinds(String ending) throws IOException {
    try (Stream<Path> files = Files.list(Fixtures.file("pictures/kinds"))) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  @Override
  protected List<Format> formats() {
    return List.of(format("JPEG", ".jpg"), format("PNG", ".png"));
  }
}
