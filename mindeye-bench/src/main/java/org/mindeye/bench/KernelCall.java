// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.concurrent.TimeUnit;
import org.mindeye.core.internal.kernel.Attention;
import org.mindeye.core.random.NoiseSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;

/**
 * What a call costs when there is next to nothing to compute: eight numbers. Each result is read
 * and closed; {@link #readBack} is that part alone.
 */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KernelCall extends DeviceBenchmark {
  private NDArray query;
  private NDArray value;

  /** Creates the benchmark; JMH fills in the parameters. */
  public KernelCall() {}

  /** Draws two tensors; one key alone has all the attention, so its value must come back. */
  @Setup
  public void setUp() {
    Shape shape = new Shape(1, 1, 1, 8);
    query = NoiseSource.seeded(SEED, 1).normal(open(), shape);
    value = NoiseSource.seeded(SEED, 2).normal(query.getManager(), shape);
    float first = value.toFloatArray()[0];
    Check.near("attention", kernel(), first, 1e-6);
    Check.near("sum", operation(), first + (double) query.toFloatArray()[0], 1e-6);
    Check.near("number read", readBack(), first, 0);
  }

  /**
   * A kernel of this library.
   *
   * @return a number of its result
   */
  @Benchmark
  public float kernel() {
    try (NDArray result = Attention.attend(query, query, value)) {
      return Readback.first(result);
    }
  }

  /**
   * An operation of DJL.
   *
   * @return a number of its result
   */
  @Benchmark
  public float operation() {
    try (NDArray result = query.add(value)) {
      return Readback.first(result);
    }
  }

  /**
   * Only the reading.
   *
   * @return a number of the input
   */
  @Benchmark
  public float readBack() {
    return Readback.first(value);
  }
}
