// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.ExactIndex;
import org.mindeye.retrieval.SearchRequest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The ten nearest of a gallery that stays in its file, which the operating system has in memory,
 * for one query and for a test set.
 */
public class MappedNeighbors extends MindEyeBenchmark {
  private static final int NEIGHBORS = 10;

  @Param({"1000", "100000"})
  int gallery;

  @Param({"1", "300"})
  int queries;

  /** Of the numbers in the file. */
  @Param({"FLOAT32", "FLOAT16"})
  ElementType type;

  private ScratchFolder folder;
  private ExactIndex index;
  private float[][] asked;

  /** Creates the benchmark; JMH fills in the parameters. */
  public MappedNeighbors() {}

  /**
   * Writes the file; looks for a vector of the gallery in it.
   *
   * @throws IOException if the disk refuses
   */
  @Setup
  public void setUp() throws IOException {
    folder = ScratchFolder.create();
    ClusteredVectors source = new ClusteredVectors(SEED, gallery);
    float[] rows = EmbeddingSource.directions(source, 0, gallery);
    Path file = folder.path().resolve("vectors.npy");
    Npy.write(
        file,
        type == ElementType.FLOAT16
            ? HeapArray.ofHalves(rows, gallery, ClusteredVectors.WIDTH)
            : HeapArray.ofFloats(rows, gallery, ClusteredVectors.WIDTH));
    index = ExactIndex.open(file);
    ClusteredVectors others = new ClusteredVectors(SEED + 1, queries);
    asked = new float[queries][];
    for (int i = 0; i < queries; i++) {
      asked[i] = others.vector(i);
    }
    Neighbor found = index.search(source.vector(gallery - 1), SearchRequest.of(1)).get(0);
    Check.near("the last vector's own nearest", found.id(), gallery - 1, 0);
    Check.near("its score", found.score(), 1, type == ElementType.FLOAT16 ? 1e-3 : 1e-6);
  }

  /**
   * One search.
   *
   * @return the neighbours
   */
  @Benchmark
  public List<List<Neighbor>> nearest() {
    return index.searchAll(asked, SearchRequest.of(NEIGHBORS));
  }

  /**
   * Closes and deletes the file.
   *
   * @throws IOException if the disk refuses
   */
  @TearDown
  public void close() throws IOException {
    index.close();
    folder.close();
  }
}
