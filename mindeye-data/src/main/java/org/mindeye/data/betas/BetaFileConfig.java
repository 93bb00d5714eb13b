// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import java.util.Objects;

/**
 * How files of betas are read.
 *
 * @param dataset the name in an HDF5 file
 * @param axes their order in an HDF5 file
 * @param integersPerPercent what integers are divided by, where the file does not scale them
 *     itself; floats are taken as they are
 * @param bufferBytes memory for what is read at once, beside the result
 */
public record BetaFileConfig(
    String dataset, BetaAxes axes, double integersPerPercent, long bufferBytes) {
  /** The Natural Scenes Dataset stores percent of signal change times 300 as 16-bit integers. */
  public static final double PUBLISHED_INTEGERS_PER_PERCENT = 300;

  private static final long LEAST_BUFFER = 1 << 16;
  private static final long DEFAULT_BUFFER = 64L << 20;

  /** Checks that the numbers are positive. */
  public BetaFileConfig {
    Objects.requireNonNull(dataset, "dataset");
    Objects.requireNonNull(axes, "axes");
    if (!(integersPerPercent > 0 && integersPerPercent < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "integersPerPercent must be positive but was " + integersPerPercent);
    }
    if (bufferBytes < LEAST_BUFFER) {
      throw new IllegalArgumentException(
          "bufferBytes must be " + LEAST_BUFFER + " or more but was " + bufferBytes);
    }
  }

  /**
   * For the published files of the Natural Scenes Dataset.
   *
   * @return dataset {@code betas}, trials first, integers divided by 300, 64 MiB at once
   */
  public static BetaFileConfig paper() {
    return new BetaFileConfig(
        "betas", BetaAxes.TRIALS_FIRST, PUBLISHED_INTEGERS_PER_PERCENT, DEFAULT_BUFFER);
  }

  /**
   * The same where integers stand for themselves.
   *
   * @return a copy
   */
  public BetaFileConfig withPlainIntegers() {
    return new BetaFileConfig(dataset, axes, 1, bufferBytes);
  }

  /**
   * The same for another dataset of HDF5 files.
   *
   * @param name of the dataset
   * @param order of its axes
   * @return a copy
   */
  public BetaFileConfig withDataset(String name, BetaAxes order) {
    return new BetaFileConfig(name, order, integersPerPercent, bufferBytes);
  }

  /**
   * The same with another amount of memory.
   *
   * @param bytes for what is read at once
   * @return a copy
   */
  public BetaFileConfig withBufferBytes(long bytes) {
    return new BetaFileConfig(dataset, axes, integersPerPercent, bytes);
  }
}
