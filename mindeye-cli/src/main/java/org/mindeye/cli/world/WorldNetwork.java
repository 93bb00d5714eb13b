// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.mindeye.formats.io.StagedFile;

/** The small world's own trained networks, whose files this command comes with. */
enum WorldNetwork {
  /** Scenes to latents and back. */
  AUTOENCODER,
  /** The image tower whose tokens are predicted. */
  CLIP,
  /** Judges what painted scenes show. */
  JUDGE,
  /** Tokens to latents. */
  PAINTER;

  /** Reads a file of weights. */
  @FunctionalInterface
  interface Reading<T> {
    T of(Path file) throws IOException;
  }

  /** What commands and files call it. */
  String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Its file.
   *
   * @return safetensors, float16, with metadata of the shape
   * @throws IOException if it cannot be unpacked
   */
  byte[] file() throws IOException {
    try (InputStream file = WorldNetwork.class.getResourceAsStream(lowerCase() + ".safetensors")) {
      return file.readAllBytes();
    }
  }

  /** Copies the file to a place of its own. */
  void write(Path place) throws IOException {
    StagedFile.write(place, file());
  }

  /** Reads the file where files are read: on a disk. */
  <T> T read(Reading<T> reading) throws IOException {
    Path copy = Files.createTempFile("mindeye-" + lowerCase() + "-", ".safetensors");
    try {
      Files.write(copy, file());
      return reading.of(copy);
    } finally {
      Files.delete(copy);
    }
  }
}
