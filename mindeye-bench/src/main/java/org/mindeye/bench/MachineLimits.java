// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.random.NoiseSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * What this machine can do at best through the same engine: multiply large matrices, and stream
 * through more memory than the caches hold. The other benchmarks are measured by these.
 */
public class MachineLimits extends MindEyeBenchmark {
  /** Creates the benchmark. */
  public MachineLimits() {}

  /** Two square matrices. */
  public static class Matrices extends DeviceBenchmark {
    @Param({"512", "4096"})
    int rows;

    private NDArray left;
    private NDArray right;

    /** Creates the state; JMH fills in the parameters. */
    public Matrices() {}

    /** Draws both; compares the last number of the product. */
    @Setup
    public void setUp() {
      NDManager manager = open();
      left = NoiseSource.seeded(SEED, 1).normal(manager, new Shape(rows, rows));
      right = NoiseSource.seeded(SEED, 2).normal(manager, new Shape(rows, rows));
      float[] a = left.toFloatArray();
      float[] b = right.toFloatArray();
      double expected = 0;
      for (int i = 0; i < rows; i++) {
        expected += (double) a[(rows - 1) * rows + i] * b[i * rows + rows - 1];
      }
      try (NDArray product = left.matMul(right);
          NDArray last = product.get(rows - 1, rows - 1)) {
        Check.near("last entry of the product", last.getFloat(), expected, 1e-4 * Math.sqrt(rows));
      }
    }
  }

  /** Two long vectors. */
  public static class Stream extends DeviceBenchmark {
    @Param({"16", "1024"})
    int mebibytes;

    private NDArray ones;
    private NDArray changing;

    /** Creates the state; JMH fills in the parameters. */
    public Stream() {}

    /** Fills both; compares their sums. */
    @Setup
    public void setUp() {
      NDManager manager = open();
      Shape shape = new Shape((long) mebibytes << 18);
      ones = manager.ones(shape, DataType.FLOAT32);
      changing = manager.zeros(shape, DataType.FLOAT32);
      changing.addi(ones);
      Check.near("sum of ones", Readback.sum(ones), shape.size(), 1e-6);
      Check.near("sum of zeros and ones", Readback.sum(changing), shape.size(), 1e-6);
    }
  }

  /**
   * A matrix product.
   *
   * @param matrices two square matrices
   * @return a number of the product
   */
  @Benchmark
  public float multiply(Matrices matrices) {
    try (NDArray product = matrices.left.matMul(matrices.right)) {
      return Readback.first(product);
    }
  }

  /**
   * Reads one vector.
   *
   * @param stream two long vectors
   * @return the sum
   */
  @Benchmark
  public float read(Stream stream) {
    return Readback.sum(stream.ones);
  }

  /**
   * Adds one vector to another in place: reads two, writes one.
   *
   * @param stream two long vectors
   * @return a number of the result
   */
  @Benchmark
  public float add(Stream stream) {
    return Readback.first(stream.changing.addi(stream.ones));
  }
}
