// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.RecallCheck;
import org.mindeye.retrieval.SearchRequest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The 16 nearest of a gallery on the disk, for one query after the other, in one thread. The set-up
 * builds the gallery, which takes minutes from 100,000 vectors on.
 */
public class GraphNeighbors extends MindEyeBenchmark {
  private static final int NEIGHBORS = 16;
  private static final int QUERIES = 64;
  private static final double LEAST_RECALL = 0.9;

  @Param({"1000", "100000", "1000000"})
  int gallery;

  @Param({"128", "256"})
  int candidates;

  private ScratchFolder folder;
  private NeighborIndex index;
  private SearchRequest request;
  private final float[][] queries = new float[QUERIES][];
  private int next;

  /** Creates the benchmark; JMH fills in the parameters. */
  public GraphNeighbors() {}

  /**
   * Builds the gallery; compares what is found with the exact neighbours.
   *
   * @throws IOException if the disk refuses
   */
  @Setup
  public void setUp() throws IOException {
    folder = ScratchFolder.create();
    Path path = folder.path().resolve("index");
    ClusteredVectors source = new ClusteredVectors(SEED, gallery);
    index = source.build(path).openIndex();
    request = SearchRequest.of(NEIGHBORS).withCandidates(candidates);
    ClusteredVectors asked = new ClusteredVectors(SEED + 1, QUERIES);
    for (int i = 0; i < QUERIES; i++) {
      queries[i] = asked.vector(i);
    }
    RecallCheck check = RecallCheck.run(index, source, queries, request);
    Check.near("recall", check.recall(), 1, 1 - LEAST_RECALL);
  }

  /**
   * One search.
   *
   * @return the neighbours
   */
  @Benchmark
  public List<Neighbor> search() {
    next = (next + 1) % QUERIES;
    return index.search(queries[next], request);
  }

  /**
   * Closes and deletes the gallery.
   *
   * @throws IOException if the disk refuses
   */
  @TearDown
  public void close() throws IOException {
    index.close();
    folder.close();
  }
}
