// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A file.
   *
   * @param name in the folder
   * @param bytes its size
   * @param sha256 its sum
   */
  record Entry(String name, long bytes, String sha256) {}

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
    JsonNode root = json(file, bytes);
    if (!root.path("format").asText().equals(FORMAT)) {
      throw malformed(file, "no \"format\": \"" + FORMAT + "\"");
    }
    JsonNode version = root.path("version");
    if (!version.isInt() || version.intValue() != VERSION) {
      throw new MalformedFileException(
          file.toString(),
          "version " + VERSION + " of the format",
          "version " + version + "; read it with the release of this library that wrote it");
    }
    List<Entry> files = new ArrayList<>();
    for (JsonNode node : root.path("files")) {
      String name = node.path("name").asText();
      if (!isFileName(name)) {
        throw malformed(file, "the file name '" + name + "'");
      }
      files.add(new Entry(name, node.path("bytes").asLong(-1), node.path("sha256").asText()));
    }
    return new Manifest(root.path("step").asLong(-1), files);
  }

  private static JsonNode json(Path file, byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) { // Reading from memory does not fail: it is not JSON.
      throw malformed(file, "no JSON: " + e.getMessage().lines().findFirst().orElse(""));
    }
  }

  private static MalformedFileException malformed(Path file, String found) {
    return new MalformedFileException(
        file.toString(),
        "the manifest of a checkpoint as it was written",
        found + "; " + Checkpoint.REMEDY);
  }
}
