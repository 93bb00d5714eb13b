// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

/**
 * How far ahead batches are prepared; what they are does not depend on it.
 *
 * @param threads that prepare them, each a batch at a time; 0 to prepare each when it is asked for,
 *     in the thread that asks
 * @param batches that are in the making or wait, at most: the memory it takes; 0 without threads
 */
public record AheadConfig(int threads, int batches) {
  private static final int MOST_THREADS = 4;

  /** Checks the numbers. */
  public AheadConfig {
    if (threads < 0 || batches < threads || threads == 0 && batches > 0) {
      throw new IllegalArgumentException(
          "ahead: expected as many batches as threads, or more, or 0 of both, but was "
              + batches
              + " for "
              + threads);
    }
  }

  /**
   * A thread for each processor, four at most, and a batch for each.
   *
   * @return the configuration
   */
  public static AheadConfig standard() {
    int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    return new AheadConfig(threads, threads);
  }

  /**
   * Nothing ahead.
   *
   * @return the configuration
   */
  public static AheadConfig none() {
    return new AheadConfig(0, 0);
  }
}
