// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.jvector.JVectorConfig;
import org.mindeye.retrieval.jvector.JVectorIndex;

/**
 * How much of the true neighbours a graph finds and how fast, beside an exact search, as a Markdown
 * table:
 *
 * <pre>{@code
 * java -cp mindeye-bench/target/benchmarks.jar org.mindeye.bench.RecallTable 100000 recall
 * }</pre>
 *
 * <p>The folder holds the gallery afterwards, whose {@code vectors.npy} other programs can search,
 * and {@code queries.npy}; a later call only searches.
 */
public final class RecallTable {
  private static final int NEIGHBORS = 16;
  private static final int QUERIES = 500;
  private static final int PASSES = 5;
  private static final int[] CANDIDATES = {16, 32, 64, 128, 256, 512};
  private static final String RULE = "|---|---:|---:|---:|";

  private final PrintStream out;
  private final float[][] queries;
  private List<List<Neighbor>> nearest;

  private RecallTable(PrintStream out, float[][] queries) {
    this.out = out;
    this.queries = queries;
  }

  /**
   * Prints the table.
   *
   * @param arguments how many vectors, and the folder
   */
  public static void main(String[] arguments) {
    System.exit(run(System.out, System.err, arguments));
  }

  /** Runs and returns the exit code; an error is one line. */
  static int run(PrintStream out, PrintStream err, String... arguments) {
    int count = arguments.length == 2 && arguments[0].matches("\\d{1,9}") ? count(arguments) : 0;
    if (count < QUERIES) {
      err.println("RecallTable: expected a number of vectors from " + QUERIES + " on and a folder");
      return 2;
    }
    EngineSettings.apply();
    try {
      Path folder = Path.of(arguments[1]);
      Files.createDirectories(folder);
      new RecallTable(out, queries(folder)).print(folder.resolve("gallery-" + count), count);
      return 0;
    } catch (IOException | MindEyeException e) {
      err.println("RecallTable: " + e.getMessage());
    }
    return 1;
  }

  private static int count(String... arguments) {
    return Integer.parseInt(arguments[0]);
  }

  private static float[][] queries(Path folder) throws IOException {
    ClusteredVectors asked = new ClusteredVectors(MindEyeBenchmark.SEED + 1, QUERIES);
    float[] all = new float[QUERIES * ClusteredVectors.WIDTH];
    asked.read(0, all);
    Npy.write(
        folder.resolve("queries.npy"), HeapArray.ofFloats(all, QUERIES, ClusteredVectors.WIDTH));
    float[][] queries = new float[QUERIES][];
    Arrays.setAll(queries, asked::vector);
    return queries;
  }

  private void print(Path gallery, int count) throws IOException {
    out.printf(
        Locale.ROOT,
        "%s of %s, %d queries, the %d nearest; %s.%n%n",
        Plural.of(count, "vector"),
        Plural.of(ClusteredVectors.WIDTH, "number"),
        QUERIES,
        NEIGHBORS,
        build(gallery, count));
    out.println("| search | candidates | recall | queries per second |");
    out.println(RULE);
    SearchRequest request = SearchRequest.of(NEIGHBORS);
    try (NeighborIndex exact = ExactIndex.open(gallery.resolve("vectors.npy"))) {
      nearest = exact.searchAll(queries, request);
      row("exact, all at once", "", () -> exact.searchAll(queries, request));
      row("exact, one by one", "", () -> oneByOne(exact, request));
    }
    try (NeighborIndex graph = JVectorIndex.open(gallery)) {
      for (int candidates : CANDIDATES) {
        SearchRequest wider = request.withCandidates(candidates);
        row("graph, one by one", String.valueOf(candidates), () -> oneByOne(graph, wider));
      }
    }
  }

  private static String build(Path gallery, int count) throws IOException {
    if (Files.exists(gallery)) {
      return "built before";
    }
    JVectorConfig config = JVectorConfig.standard();
    long from = System.nanoTime();
    JVectorIndex.build(new ClusteredVectors(MindEyeBenchmark.SEED, count), gallery, config);
    return String.format(
        Locale.ROOT,
        "built in %.0f s by %d threads",
        (System.nanoTime() - from) / 1e9,
        config.threads());
  }

  private List<List<Neighbor>> oneByOne(NeighborIndex index, SearchRequest request) {
    List<List<Neighbor>> all = new ArrayList<>();
    for (float[] query : queries) {
      all.add(index.search(query, request));
    }
    return all;
  }

  /** The median pass, after one that is not counted. */
  private void row(String search, String candidates, Supplier<List<List<Neighbor>>> pass) {
    double recall = recall(pass.get());
    double[] seconds = new double[PASSES];
    for (int i = 0; i < PASSES; i++) {
      long from = System.nanoTime();
      pass.get();
      seconds[i] = (System.nanoTime() - from) / 1e9;
    }
    Arrays.sort(seconds);
    out.printf(
        Locale.ROOT,
        "| %s | %s | %.4f | %.0f |%n",
        search,
        candidates,
        recall,
        QUERIES / seconds[PASSES / 2]);
  }

  private double recall(List<List<Neighbor>> found) {
    long right = 0;
    for (int i = 0; i < QUERIES; i++) {
      right += found.get(i).stream().filter(nearest.get(i)::contains).count();
    }
    return right / (double) (QUERIES * NEIGHBORS);
  }
}
