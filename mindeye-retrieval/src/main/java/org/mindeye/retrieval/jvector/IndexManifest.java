// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.jvector;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.SummedDocument;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.retrieval.Similarity;
import org.mindeye.retrieval.internal.folder.MetadataFiles;
import org.mindeye.retrieval.internal.folder.SummedFile;

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
    List<SummedFile> files) {
  static final String NAME = "index.json";
  static final int FORMAT = 1;

  private static final Set<String> READ_WHOLE =
      Set.of(IndexBuild.IDS, IndexBuild.CODES, MetadataFiles.STARTS);

  private static final String WRITTEN_BY =
      "/META-INF/maven/io.github.jbellis/jvector-base/pom.properties";

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
    SummedDocument.write(folder.resolve(NAME), sum -> new Summed(this, sum));
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
    SummedDocument.requireSum(file, "build the index again");
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

  /** Whether the folder has a file. */
  boolean has(String name) {
    return files.stream().anyMatch(file -> file.name().equals(name));
  }

  /** Refuses files that opening reads whole if a byte is another, the others by their ends. */
  void require(Path folder) throws IOException {
    for (SummedFile file : files) {
      if (READ_WHOLE.contains(file.name())) {
        file.requireAll(folder, NAME);
      } else {
        file.requireEnds(folder, NAME);
      }
    }
  }

  /** Refuses a folder of which a single byte is another. */
  void requireAll(Path folder) throws IOException {
    for (SummedFile file : files) {
      file.requireAll(folder, NAME);
    }
  }
}
