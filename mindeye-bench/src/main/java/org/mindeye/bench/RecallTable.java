// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.retrieval.JoinedIndex;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.gallery.GalleryAddition;
import org.mindeye.retrieval.gallery.GalleryFolder;
import org.mindeye.retrieval.gallery.GalleryPart;
import org.mindeye.retrieval.jvector.BuildListener;
import org.mindeye.retrieval.jvector.JVectorConfig;

/**
 * How much of the true neighbours the graphs of a gallery find and how fast, beside an exact
 * search, as a Markdown table:
 *
 * <pre>{@code
 * java -cp mindeye-bench/target/benchmarks.jar org.mindeye.bench.RecallTable 100000 recall
 * }</pre>
 *
 * <p>A third argument is the number of vectors of a graph, where that of {@link GalleryAddition} is
 * not wanted. The folder holds {@code queries.npy} and the gallery afterwards, each part of which
 * has a {@code vectors.npy} that other programs can search. A later call only searches, after it
 * has finished the gallery of a call that was stopped.
 */
public final class RecallTable {
  private static final int NEIGHBORS = 16;
  private static final int QUERIES = 500;

  /** As many candidates are looked at. */
  private static final int FEWEST = 512;

  private static final int PASSES = 5;

  /** Seconds after which no further pass begins. */
  private static final double ENOUGH = 60;

  private static final int[] CANDIDATES = {16, 32, 64, 128, 256, 512};
  private static final String RULE = "|---|---:|---:|---:|";

  private static final double NANO = 1e-9;
  private static final double MEGA = 1e-6;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern MEMORY = Pattern.compile("(VmHWM|RssAnon|RssFile):\\s*(\\d+) kB");

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
   * @param arguments how many vectors, the folder, and perhaps how many vectors a graph has at most
   */
  public static void main(String[] arguments) {
    System.exit(run(System.out, System.err, arguments));
  }

  /** Runs and returns the exit code; an error is one line, and so is each step of a build. */
  static int run(PrintStream out, PrintStream err, String... arguments) {
    boolean known = arguments.length == 2 || arguments.length == 3;
    int count = known ? number(arguments[0]) : 0;
    int perGraph =
        arguments.length == 3 ? number(arguments[2]) : GalleryAddition.STANDARD_PER_GRAPH;
    if (count < FEWEST || perGraph < FEWEST) {
      err.println(
          "RecallTable: expected a number of vectors from "
              + FEWEST
              + " on, a folder, and perhaps how many vectors a graph has at most");
      return 2;
    }
    EngineSettings.apply();
    try {
      Path folder = Path.of(arguments[1]);
      Files.createDirectories(folder);
      Path gallery = folder.resolve("gallery-" + count);
      float[][] queries = queries(folder);
      String built =
          build(gallery, new ClusteredVectors(MindEyeBenchmark.SEED, count), perGraph, err);
      new RecallTable(out, queries).print(gallery, built);
      return 0;
    } catch (IOException | MindEyeException e) {
      err.println("RecallTable: " + e.getMessage());
    }
    return 1;
  }

  private static int number(String word) {
    return word.matches("\\d{1,9}") ? Integer.parseInt(word) : 0;
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

  private void print(Path folder, String built) throws IOException {
    SearchRequest request = SearchRequest.of(NEIGHBORS);
    GalleryFolder gallery = GalleryFolder.read(folder);
    long start = System.nanoTime();
    try (NeighborIndex graph = gallery.openIndex()) {
      out.printf(
          Locale.ROOT,
          "%s of %s in %s, %d queries, the %d nearest; %s, opened in %.2f s, %.1f MB on the"
              + " disk.%n%n",
          Plural.of(gallery.size(), "vector"),
          Plural.of(ClusteredVectors.WIDTH, "number"),
          Plural.of(gallery.parts().size(), "graph"),
          QUERIES,
          NEIGHBORS,
          built,
          (System.nanoTime() - start) * NANO,
          bytes(folder) * MEGA);
      out.println("| search | candidates | recall | queries per second |");
      out.println(RULE);
      try (NeighborIndex exact = exact(gallery, folder)) {
        nearest = exact.searchAll(queries, request);
        row("exact, all at once", "", () -> exact.searchAll(queries, request));
        row("exact, one by one", "", () -> oneByOne(exact, request));
      }
      for (int candidates : CANDIDATES) {
        SearchRequest wider = request.withCandidates(candidates);
        row("graph, one by one", String.valueOf(candidates), () -> oneByOne(graph, wider));
      }
    }
    out.printf(Locale.ROOT, "%n%s%n", memory());
  }

  private static NeighborIndex exact(GalleryFolder gallery, Path folder) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      List<NeighborIndex> parts = new ArrayList<>();
      for (GalleryPart part : gallery.parts()) {
        Path vectors = folder.resolve(part.name()).resolve("vectors.npy");
        parts.add(opened.add(ExactIndex.open(vectors)));
      }
      return opened.done(JoinedIndex.of(parts));
    }
  }

  private static long bytes(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  private static String build(Path folder, ClusteredVectors vectors, int perGraph, PrintStream err)
      throws IOException {
    if (GalleryFolder.isOne(folder) && GalleryFolder.read(folder).missing() == 0) {
      return "built before";
    }
    long start = System.nanoTime();
    vectors.build(folder, perGraph, new Steps(err));
    return String.format(
        Locale.ROOT,
        "built in %.0f s by %s",
        (System.nanoTime() - start) * NANO,
        Plural.of(JVectorConfig.standard().threads(), "thread"));
  }

  /** What this process holds in memory, and held at most; mapped files are among it. */
  private static String memory() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return "memory unknown";
    }
    List<String> said = new ArrayList<>();
    for (String line : Files.readAllLines(STATUS)) {
      Matcher memory = MEMORY.matcher(line);
      if (memory.matches()) {
        said.add(memory.group(1) + " " + (Long.parseLong(memory.group(2)) >> 10) + " MiB");
      }
    }
    return String.join(", ", said);
  }

  /** A line for each stage of each graph. */
  private static final class Steps implements BuildListener {
    private final PrintStream err;
    private final long start = System.nanoTime();
    private String part = "";
    private Stage stage;

    Steps(PrintStream err) {
      this.err = err;
    }

    @Override
    public void part(int number, int of) {
      part = "graph " + number + " of " + of + ", ";
      stage = null;
    }

    @Override
    public void progressed(Stage now, int done, int count) {
      if (now == stage) {
        return;
      }
      stage = now;
      try {
        err.printf(
            Locale.ROOT,
            "%6.0f s: %s%s; %s%n",
            (System.nanoTime() - start) * NANO,
            part,
            now,
            memory());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private List<List<Neighbor>> oneByOne(NeighborIndex index, SearchRequest request) {
    List<List<Neighbor>> all = new ArrayList<>();
    for (float[] query : queries) {
      all.add(index.search(query, request));
    }
    return all;
  }

  /** The median pass, after one that is not counted; fewer where they take long. */
  private void row(String search, String candidates, Supplier<List<List<Neighbor>>> pass) {
    double recall = recall(pass.get());
    List<Double> seconds = new ArrayList<>();
    double all = 0;
    while (seconds.size() < PASSES && all < ENOUGH) {
      long from = System.nanoTime();
      pass.get();
      seconds.add((System.nanoTime() - from) * NANO);
      all += seconds.get(seconds.size() - 1);
    }
    Collections.sort(seconds);
    out.printf(
        Locale.ROOT,
        "| %s | %s | %.4f | %.0f |%n",
        search,
        candidates,
        recall,
        QUERIES / seconds.get(seconds.size() / 2));
  }

  private double recall(List<List<Neighbor>> found) {
    long right = 0;
    for (int i = 0; i < QUERIES; i++) {
      right += found.get(i).stream().filter(nearest.get(i)::contains).count();
    }
    return right / (double) (QUERIES * NEIGHBORS);
  }
}
