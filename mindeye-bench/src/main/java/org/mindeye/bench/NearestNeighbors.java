// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.retrieval.ExactIndex;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** The ten nearest of a gallery of CLIP vectors, for one query and for a test set. */
public class NearestNeighbors extends DeviceBenchmark {
  private static final int NEIGHBORS = 10;

  @Param({"1000", "100000"})
  int gallery;

  @Param({"1", "300"})
  int queries;

  /** Of a vector: CLIP's final layer, or with 197376 all tokens of its last hidden layer. */
  @Param("768")
  int width;

  @Param({"FLOAT32", "BFLOAT16"})
  Precision precision;

  private KnownVectors brain;
  private ExactIndex index;

  /** Creates the benchmark; JMH fills in the parameters. */
  public NearestNeighbors() {}

  /** Draws gallery and queries; compares the neighbours of the last query. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    brain = KnownVectors.draw(manager, NoiseSource.seeded(SEED, 1), queries, width);
    KnownVectors images = KnownVectors.draw(manager, NoiseSource.seeded(SEED, 2), gallery, width);
    long[] ids = LongStream.range(0, gallery).toArray();
    index = ExactIndex.of(images.wide(), ids, precision, manager.getDevice());
    images.wide().array().close();
    check(images.shortVectors());
  }

  private void check(double[][] images) {
    double[][] last = {brain.shortVectors()[queries - 1]};
    double[] scores = PlainLosses.logits(last, images, 1)[0];
    double[] best = Arrays.stream(scores).map(s -> -s).sorted().map(s -> -s).toArray();
    List<Neighbor> found = nearest().get(queries - 1);
    IntStream.range(0, NEIGHBORS)
        .forEach(
            i -> {
              Neighbor neighbor = found.get(i);
              Check.near("score of rank " + i, neighbor.score(), best[i], 1e-6);
              Check.near("score of its id", scores[(int) neighbor.id()], best[i], 1e-6);
            });
  }

  /**
   * One search.
   *
   * @return the neighbours, on the heap
   */
  @Benchmark
  public List<List<Neighbor>> nearest() {
    return index.nearest(brain.wide(), NEIGHBORS);
  }

  /** Frees the gallery. */
  @TearDown
  public void closeIndex() {
    index.close();
  }
}
