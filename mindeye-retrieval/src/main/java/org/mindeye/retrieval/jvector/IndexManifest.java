// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.jvector;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.formats.io.Sha256;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.retrieval.Similarity;

/**
 * What an index's folder says about itself, in {@value #NAME}.
 *
 * @param format of the folder, {@value #FORMAT}
 * @param engine what wrote the graph
 * @param similarity what the scores are
 * @param width numbers per vector
 * @param count vectors
 * @param config what it was built with
 * @param files all but this one
 */
record IndexManifest(
    int format,
    Engine engine,
    Similarity similarity,
    int width,
    int count,
    JVectorConfig config,
    List<IndexFile> files) {
  static final String NAME = "index.json";
  static final int FORMAT = 1;

  private static final String WRITTEN_BY =
      "/META-INF/maven/io.github.jbellis/jvector-base/pom.properties";
  private static final String NO_SUM = "0".repeat(64);
  private static final Pattern SUM = Pattern.compile("\"sum\" : \"([0-9a-f]{64})\"");

  /**
   * What wrote the graph.
   *
   * @param jvector its version
   * @param graph the version of its graph's format
   */
  record Engine(String jvector, int graph) {
    /** The one that runs. */
    static Engine current() {
      try (InputStream in = OnDiskGraphIndex.class.getResourceAsStream(WRITTEN_BY)) {
        Properties properties = new Properties();
        if (in != null) {
          properties.load(in);
        }
        return new Engine(
            properties.getProperty("version", "unknown"), OnDiskGraphIndex.CURRENT_VERSION);
      } catch (IOException e) {
        return new Engine("unknown", OnDiskGraphIndex.CURRENT_VERSION);
      }
    }
  }

  /**
   * The file.
   *
   * @param index what it says
   * @param sum SHA-256 of the file's bytes, with zeros for the digits of the sum
   */
  private record Summed(IndexManifest index, String sum) {}

  void write(Path folder) throws IOException {
    String text = DocumentWriter.text(new Summed(this, NO_SUM));
    String sum = Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    StagedFile.write(
        folder.resolve(NAME), text.replace(NO_SUM, sum).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads and checks it; the other files are not looked at.
   *
   * @throws MalformedFileException if there is none, a byte of it was changed, or it is of another
   *     version
   */
  static IndexManifest read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      throw new MalformedFileException(
          folder.toString(),
          "the folder of a gallery that JVectorIndex.build made, with " + NAME,
          Files.exists(folder) ? "none in it" : "no such folder");
    }
    requireSum(file);
    Document document = Document.read(file);
    JsonNode index = document.root().path("index");
    int format = index.path("format").asInt();
    if (format != FORMAT) {
      throw otherVersion(file, "format " + FORMAT, "format " + format);
    }
    int graph = index.path("engine").path("graph").asInt();
    if (graph > OnDiskGraphIndex.CURRENT_VERSION) {
      throw otherVersion(
          file,
          "a graph of version " + OnDiskGraphIndex.CURRENT_VERSION + " or earlier",
          "version " + graph + " of JVector " + index.path("engine").path("jvector").asText());
    }
    return document.as(Summed.class).index();
  }

  private static MalformedFileException otherVersion(Path file, String expected, String found) {
    return new MalformedFileException(
        file.toString(),
        expected,
        found + "; open it with the version of the library that built it, or build it again");
  }

  /** Every byte counts: the digits of the sum by being compared, all others by being summed. */
  private static void requireSum(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Matcher sum = SUM.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    int at = -1;
    while (sum.find()) {
      at = sum.start(1);
    }
    if (at >= 0) {
      String stated = new String(bytes, at, NO_SUM.length(), StandardCharsets.ISO_8859_1);
      byte[] zeros = NO_SUM.getBytes(StandardCharsets.ISO_8859_1);
      System.arraycopy(zeros, 0, bytes, at, zeros.length);
      if (Sha256.of(bytes).equals(stated)) {
        return;
      }
    }
    throw new MalformedFileException(
        file.toString(),
        "content with the sum that it states",
        "another (damaged or edited); build the index again");
  }

  IndexFile file(String name) {
    return files.stream()
        .filter(file -> file.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name + " in " + files));
  }
}
