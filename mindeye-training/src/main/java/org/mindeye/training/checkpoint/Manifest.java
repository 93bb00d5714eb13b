// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mindeye.Plural;
import org.mindeye.core.document.Document;
import org.mindeye.formats.io.Sha256;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * What a checkpoint consists of. The file ends with the sum of its own lines, and is read only as
 * it was written, byte by byte.
 *
 * @param step the checkpoint's
 * @param files all others of the folder, in the order they were written
 */
record Manifest(long step, List<Entry> files) {
  /** Its name in the folder. */
  static final String NAME = "manifest.json";

  static final int VERSION = 1;

  private static final String FORMAT = "mindeye-checkpoint";

  /** Names that stay in the folder and are the same on every system. */
  private static final Pattern FILE_NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");

  private static final long MAX_BYTES = 1 << 20;

  /**
   * A file.
   *
   * @param name in the folder
   * @param bytes its size
   * @param sha256 its sum
   */
  record Entry(String name, long bytes, String sha256) {}

  /** All that the file holds. */
  private record Written(String format, int version, long step, List<Entry> files, String sha256) {}

  Manifest {
    files = List.copyOf(files);
  }

  static boolean isFileName(String name) {
    return FILE_NAME.matcher(name).matches() && !name.equals(NAME);
  }

  Optional<Entry> find(String name) {
    return files.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  byte[] toBytes() {
    List<String> lines = new ArrayList<>();
    for (Entry file : files) {
      lines.add(
          String.format(
              Locale.ROOT,
              "    {\"name\": \"%s\", \"bytes\": %s, \"sha256\": \"%s\"}",
              file.name(),
              Long.toString(file.bytes()),
              file.sha256()));
    }
    String body =
        "{\n  \"format\": \""
            + FORMAT
            + "\",\n  \"version\": "
            + VERSION
            + ",\n  \"step\": "
            + step
            + ",\n  \"files\": [\n"
            + String.join(",\n", lines)
            + "\n  ],\n";
    String sum = Sha256.of(body.getBytes(StandardCharsets.UTF_8));
    return (body + "  \"sha256\": \"" + sum + "\"\n}\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Reads the manifest of a folder. */
  static Manifest read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    byte[] bytes;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw malformed(file, Plural.of(Files.size(file), "byte"));
      }
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new MalformedFileException(
          file.toString(),
          "the manifest, which is written last",
          "no such file: this is not a checkpoint, or a copy that was cut short; copy it again");
    }
    Manifest manifest = parse(file, bytes);
    if (!Arrays.equals(manifest.toBytes(), bytes)) {
      throw malformed(file, "other bytes");
    }
    return manifest;
  }

  private static Manifest parse(Path file, byte[] bytes) {
    try {
      Document document = Document.parse(NAME, new String(bytes, StandardCharsets.UTF_8));
      requireVersion(file, document.root());
      Written written = document.as(Written.class);
      for (Entry entry : written.files) {
        if (!isFileName(entry.name())) {
          throw malformed(file, "the file name '" + entry.name() + "'");
        }
      }
      return new Manifest(written.step, written.files);
    } catch (MalformedFileException e) {
      if (!e.source().startsWith(NAME)) {
        throw e;
      }
      String key = e.source().substring(NAME.length());
      throw malformed(file, e.found() + (key.isEmpty() ? "" : " for " + key.substring(2)));
    }
  }

  private static void requireVersion(Path file, JsonNode root) {
    if (!root.path("format").asText().equals(FORMAT)) {
      throw malformed(file, "no \"format\": \"" + FORMAT + "\"");
    }
    JsonNode version = root.path("version");
    if (version.isInt() && version.intValue() != VERSION) {
      throw new MalformedFileException(
          file.toString(),
          "version " + VERSION + " of the format",
          "version " + version + "; read it with the release of this library that wrote it");
    }
  }

  private static MalformedFileException malformed(Path file, String found) {
    return new MalformedFileException(
        file.toString(),
        "the manifest of a checkpoint as it was written",
        found + "; " + Checkpoint.REMEDY);
  }
}
