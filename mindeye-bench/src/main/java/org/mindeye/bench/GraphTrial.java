// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.jvector.BuildListener;
import org.mindeye.retrieval.jvector.JVectorConfig;
import org.mindeye.retrieval.jvector.JVectorIndex;

/**
 * One large gallery of {@code ClusteredVectors}, built once with the standard settings and kept,
 * and how much of the truth it finds: what a benchmark that repeats itself has no time for.
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp mindeye-bench/target/benchmarks.jar \
 *   org.mindeye.bench.GraphTrial build gallery 1000000
 * java --add-modules jdk.incubator.vector -cp mindeye-bench/target/benchmarks.jar \
 *   org.mindeye.bench.GraphTrial search gallery 256
 * }</pre>
 *
 * <p>{@code build} prints time, processor time and memory as it goes, {@code search} the time to
 * open the gallery and, for several numbers of candidates, the share of the true 16 nearest of
 * held-out queries and the queries per second of one thread.
 */
public final class GraphTrial {
  private static final int NEIGHBORS = 16;
  private static final int PASSES = 3;

  /** Lines of progress, about. */
  private static final int STEPS = 100;

  /** 0 is what an index takes by itself. */
  private static final int[] CANDIDATES = {32, 64, 0, 192, 256, 384, 512, 1024};

  private static final double NANO = 1e-9;
  private static final double MEGA = 1e-6;
  private static final Path STATUS = Path.of("/proc/self/status");

  private GraphTrial() {}

  /**
   * How a gallery is searched.
   *
   * @param candidates looked at more closely; 0 for the index's own choice
   * @param recall share of the true 16 nearest that were found, over all queries
   * @param queriesPerSecond of one thread, the best of some passes
   */
  record Found(int candidates, double recall, double queriesPerSecond) {}

  /**
   * A gallery that was searched.
   *
   * @param secondsToOpen of the first opening in this JVM
   * @param found by number of candidates
   */
  record Searched(double secondsToOpen, List<Found> found) {}

  /**
   * Runs a trial.
   *
   * @param arguments {@code build}, the folder to be made and the number of vectors; or {@code
   *     search}, the folder and the number of queries
   */
  public static void main(String[] arguments) {
    System.exit(run(System.out, System.err, arguments));
  }

  /** Runs and returns the exit code; an error is one line. */
  static int run(PrintStream out, PrintStream err, String... arguments) {
    EngineSettings.apply();
    try {
      if (arguments.length == 3 && arguments[0].equals("build")) {
        build(Path.of(arguments[1]), Integer.parseInt(arguments[2]), out);
        return 0;
      }
      if (arguments.length == 3 && arguments[0].equals("search")) {
        search(Path.of(arguments[1]), Integer.parseInt(arguments[2]), out);
        return 0;
      }
    } catch (IOException | MindEyeException | NumberFormatException e) {
      err.println("GraphTrial: " + e.getMessage());
      return 1;
    }
    err.println("GraphTrial: expected 'build FOLDER VECTORS' or 'search FOLDER QUERIES'");
    return 2;
  }

  /** Builds a gallery with the standard settings, and says what it takes. */
  static void build(Path folder, int count, PrintStream out) throws IOException {
    out.println("JDK " + System.getProperty("java.version") + ", " + JVectorConfig.standard());
    Progress progress = new Progress(out);
    JVectorIndex.build(
        new ClusteredVectors(MindEyeBenchmark.SEED, count),
        folder,
        JVectorConfig.standard(),
        progress);
    progress.say("published");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        out.printf(Locale.ROOT, "%-16s %10.1f MB%n", file.getFileName(), Files.size(file) * MEGA);
      }
    }
  }

  /** Opens a gallery and searches it with other vectors of the same kind. */
  static Searched search(Path folder, int count, PrintStream out) throws IOException {
    out.println("JDK " + System.getProperty("java.version"));
    float[][] queries = new float[count][];
    ClusteredVectors asked = new ClusteredVectors(MindEyeBenchmark.SEED + 1, count);
    for (int i = 0; i < count; i++) {
      queries[i] = asked.vector(i);
    }
    List<List<Neighbor>> truth;
    List<Found> all = new ArrayList<>();
    double seconds;
    long start = System.nanoTime();
    try (JVectorIndex index = JVectorIndex.open(folder)) {
      seconds = (System.nanoTime() - start) * NANO;
      out.printf(
          Locale.ROOT,
          "opened %s in %.2f s; %s%n",
          Plural.of(index.size(), "vector"),
          seconds,
          memory());
      try (ExactIndex exact = ExactIndex.open(folder.resolve("vectors.npy"))) {
        truth = exact.searchAll(queries, SearchRequest.of(NEIGHBORS));
      }
      for (int candidates : CANDIDATES) {
        if (candidates <= index.size()) {
          Found found = found(index, queries, truth, candidates);
          all.add(found);
          out.printf(
              Locale.ROOT,
              "candidates %4s: recall@%d %.4f, %.0f queries/s%n",
              candidates == 0 ? "-" : candidates,
              NEIGHBORS,
              found.recall(),
              found.queriesPerSecond());
        }
      }
    }
    out.println(memory());
    return new Searched(seconds, all);
  }

  private static Found found(
      JVectorIndex index, float[][] queries, List<List<Neighbor>> truth, int candidates) {
    SearchRequest request = SearchRequest.of(NEIGHBORS).withCandidates(candidates);
    long there = 0;
    double fastest = Double.MAX_VALUE;
    for (int pass = 0; pass < PASSES; pass++) {
      there = 0;
      long start = System.nanoTime();
      List<List<Neighbor>> answers = new ArrayList<>();
      for (float[] query : queries) {
        answers.add(index.search(query, request));
      }
      fastest = Math.min(fastest, (System.nanoTime() - start) * NANO);
      for (int i = 0; i < queries.length; i++) {
        Set<Long> right = new HashSet<>(truth.get(i).stream().map(Neighbor::id).toList());
        there += answers.get(i).stream().filter(n -> right.contains(n.id())).count();
      }
    }
    long wanted = truth.stream().mapToLong(List::size).sum();
    return new Found(candidates, (double) there / wanted, queries.length / fastest);
  }

  /** What this process holds in memory, and held at most; mapped files are among it. */
  private static String memory() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return "memory unknown";
    }
    List<String> said = new ArrayList<>();
    for (String line : Files.readAllLines(STATUS)) {
      String name = line.substring(0, Math.max(0, line.indexOf(':')));
      if (Set.of("VmHWM", "RssAnon", "RssFile").contains(name)) {
        long kilobytes = Long.parseLong(line.replaceAll("\\D", ""));
        said.add(String.format(Locale.ROOT, "%s %d MiB", name, kilobytes >> 10));
      }
    }
    said.sort(Comparator.naturalOrder());
    return String.join(", ", said);
  }

  /** A line now and then. */
  private static final class Progress implements BuildListener {
    private final PrintStream out;
    private final long start = System.nanoTime();
    private Stage stage;
    private int next;

    Progress(PrintStream out) {
      this.out = out;
    }

    @Override
    public void progressed(Stage now, int done, int count) {
      if (now != stage) {
        stage = now;
        next = 0;
      }
      if (done >= next || done == count) {
        next = done + Math.max(1, count / STEPS);
        say(now + " " + done);
      }
    }

    void say(String what) {
      double processor =
          ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
              * NANO;
      try {
        out.printf(
            Locale.ROOT,
            "%8.1f s, processors %8.1f s: %s; %s%n",
            (System.nanoTime() - start) * NANO,
            processor,
            what,
            memory());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
