// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDManager;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.evaluation.SimilarityMatrix;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** All cosines between the brains and the images of one retrieval pool of the paper: 300 x 300. */
public class Similarities extends DeviceBenchmark {
  @Param("300")
  int pool;

  @Param({"768", "197376"})
  int width;

  private KnownVectors brain;
  private KnownVectors image;

  /** Creates the benchmark; JMH fills in the parameters. */
  public Similarities() {}

  /** Draws vectors; compares every entry. */
  @Setup
  public void setUp() {
    NDManager manager = open();
    brain = KnownVectors.draw(manager, NoiseSource.seeded(SEED, 1), pool, width);
    image = KnownVectors.draw(manager, NoiseSource.seeded(SEED, 2), pool, width);
    double[][] expected = PlainLosses.logits(brain.shortVectors(), image.shortVectors(), 1);
    SimilarityMatrix actual = cosine();
    for (int i = 0; i < pool; i++) {
      for (int j = 0; j < pool; j++) {
        Check.near("cosine", actual.get(i, j), expected[i][j], 1e-5);
      }
    }
  }

  /**
   * One matrix.
   *
   * @return all entries, on the heap
   */
  @Benchmark
  public SimilarityMatrix cosine() {
    return SimilarityMatrix.cosine("brain", brain.wide().array(), "image", image.wide().array());
  }
}
