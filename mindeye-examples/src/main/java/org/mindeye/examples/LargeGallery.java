// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.NpyEmbeddings;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.jvector.JVectorConfig;
import org.mindeye.retrieval.jvector.JVectorIndex;

/** Builds a gallery on the disk from the vectors of a file, and searches it. */
public final class LargeGallery {
  private LargeGallery() {}

  /**
   * Builds a gallery unless it is there, and prints the vectors nearest to the first one.
   *
   * @param arguments a {@code .npy} file of vectors, and the folder of the gallery
   */
  public static void main(String[] arguments) {
    System.exit(Program.run("LargeGallery", System.err, () -> run(System.out, arguments)));
  }

  static void run(PrintStream out, String... arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("expected a file of vectors, and the gallery's folder");
    }
    Path vectors = Path.of(arguments[0]);
    Path gallery = Path.of(arguments[1]);
    float[] query;
    // snippet: build
    try (NpyEmbeddings source = NpyEmbeddings.open(List.of(vectors))) {
      if (!Files.exists(gallery)) {
        JVectorIndex.build(source, gallery, JVectorConfig.standard());
      }
      query = new float[source.width()];
      source.read(0, query); // any vector of the same width
    }
    // end: build
    // snippet: search
    SearchRequest request = SearchRequest.of(5).withFilter(id -> id > 0);
    try (NeighborIndex index = JVectorIndex.open(gallery)) {
      for (Neighbor found : index.search(query, request)) {
        out.printf(Locale.ROOT, "%d  %.4f%n", found.id(), found.score());
      }
    }
    // end: search
    out.printf(Locale.ROOT, "%.0f of 5 are the nearest%n", recall(gallery, query, request) * 5);
  }

  // snippet: recall
  private static double recall(Path gallery, float[] query, SearchRequest request)
      throws IOException {
    try (NeighborIndex exact = ExactIndex.open(gallery.resolve("vectors.npy"));
        NeighborIndex index = JVectorIndex.open(gallery)) {
      List<Neighbor> nearest = exact.search(query, request);
      long found = index.search(query, request).stream().filter(nearest::contains).count();
      return found / (double) nearest.size();
    }
  }
  // end: recall
}
