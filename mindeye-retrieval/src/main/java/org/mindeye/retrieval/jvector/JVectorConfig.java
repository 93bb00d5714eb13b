// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.jvector;

/**
 * How an index is built. More of each finds more of the true neighbours; the first two make
 * building slower, the third takes memory while searching.
 *
 * @param degree edges of a vector in the graph, 2 to 512
 * @param beam how many vectors are looked at to find the edges of a new one, at least 1
 * @param codeBytes bytes of memory per vector that searches are led by, 1 to the vectors' width; 0
 *     for one byte per eight numbers
 * @param trainingVectors how many vectors these codes are trained with, at least 256: they are held
 *     in the heap
 * @param threads that build, at least 1
 */
public record JVectorConfig(int degree, int beam, int codeBytes, int trainingVectors, int threads) {
  /** A code is one of as many centres: a byte. */
  static final int CENTERS = 256;

  private static final int MOST_EDGES = 512;
  private static final int NUMBERS_PER_CODE = 8;

  /** Checks the numbers. */
  public JVectorConfig {
    require("degree", degree, 2);
    if (degree > MOST_EDGES) {
      throw new IllegalArgumentException(
          "degree: expected at most " + MOST_EDGES + " but was " + degree);
    }
    require("beam", beam, 1);
    require("codeBytes", codeBytes, 0);
    require("trainingVectors", trainingVectors, CENTERS);
    require("threads", threads, 1);
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + ": expected at least " + least + " but was " + value);
    }
  }

  /**
   * The settings of the trial that {@link JVectorIndex} speaks of: 32 edges, a beam of 100, a byte
   * per eight numbers trained with 16384 vectors; as many threads as there are processors.
   *
   * @return the settings
   */
  public static JVectorConfig standard() {
    return new JVectorConfig(32, 100, 0, 1 << 14, Runtime.getRuntime().availableProcessors());
  }

  /**
   * The same with another graph.
   *
   * @param edges of a vector
   * @param lookedAt to find them
   * @return a changed copy
   */
  public JVectorConfig withGraph(int edges, int lookedAt) {
    return new JVectorConfig(edges, lookedAt, codeBytes, trainingVectors, threads);
  }

  /**
   * The same with other codes.
   *
   * @param bytes per vector; 0 for one per eight numbers
   * @param trainedWith how many vectors
   * @return a changed copy
   */
  public JVectorConfig withCodes(int bytes, int trainedWith) {
    return new JVectorConfig(degree, beam, bytes, trainedWith, threads);
  }

  /**
   * The same in other threads.
   *
   * @param count of threads
   * @return a changed copy
   */
  public JVectorConfig withThreads(int count) {
    return new JVectorConfig(degree, beam, codeBytes, trainingVectors, count);
  }

  /** The bytes of a code for vectors of a width. */
  int codeBytes(int width) {
    if (codeBytes > width) {
      throw new IllegalArgumentException(
          "codeBytes: expected at most the vectors' width, which is "
              + width
              + ", but was "
              + codeBytes);
    }
    return codeBytes > 0 ? codeBytes : (width + NUMBERS_PER_CODE - 1) / NUMBERS_PER_CODE;
  }
}
