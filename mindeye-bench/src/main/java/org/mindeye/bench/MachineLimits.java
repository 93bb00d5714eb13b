// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.Initializer;
import org.mindeye.core.nn.Linear;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What this machine can do at best through the same engine: multiply large matrices, and stream
 * through more memory than the caches hold. The other benchmarks are measured by these.
 */
public class MachineLimits extends MindEyeBenchmark {
  /** Creates the benchmark. */
  public MachineLimits() {}

  /** One large matrix product, the way networks take it. */
  private static final class Product extends Network {
    private final Linear linear;

    Product(int rows, Precision precision) {
      linear = Linear.withoutBias(scope(), rows, rows, Initializer.normal(1));
      storeIn(precision);
    }

    @Override
    protected NDList evaluate(NDList inputs) {
      return new NDList(linear.apply(inputs.singletonOrThrow()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return inputShapes;
    }
  }

  /** Two square matrices. */
  public static class Matrices extends DeviceBenchmark {
    @Param({"512", "4096"})
    int rows;

    @Param({"FLOAT32", "BFLOAT16"})
    Precision precision;

    private NDArray left;
    private Product right;

    /** Creates the state; JMH fills in the parameters. */
    public Matrices() {}

    /** Draws both; compares the last number of the product. */
    @Setup
    public void setUp() {
      NDManager manager = open();
      left = NoiseSource.seeded(SEED, 1).normal(manager, new Shape(rows, rows));
      right = new Product(rows, precision);
      right.initialize(manager.getDevice(), NoiseSource.seeded(SEED, 2));
      left = rounded(left);
      float[] a = DataTypes.toFloat32(left).toFloatArray();
      float[] b = DataTypes.toFloat32(right.arrays().get("weight")).toFloatArray();
      double expected = 0;
      for (int i = 0; i < rows; i++) {
        expected += (double) a[(rows - 1) * rows + i] * b[(rows - 1) * rows + i];
      }
      try (CallScope scope = CallScope.open(manager.getDevice());
          NDArray product = right.linear.apply(left);
          NDArray last = DataTypes.toFloat32(product.get(rows - 1, rows - 1))) {
        double rounding = precision == Precision.FLOAT32 ? 1e-4 : 1e-2;
        Check.near(
            "last entry of the product", last.getFloat(), expected, rounding * Math.sqrt(rows));
      }
    }

    /** What comes from another layer of the same format. */
    private NDArray rounded(NDArray x) {
      return precision == Precision.FLOAT32 ? x : DataTypes.convert(x, DataType.BFLOAT16);
    }

    /** Frees the right one. */
    @TearDown
    public void closeProduct() {
      right.close();
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
    try (CallScope scope = CallScope.open(matrices.right.device());
        NDArray product = matrices.right.linear.apply(matrices.left)) {
      return Readback.first(DataTypes.toFloat32(product.get(0)));
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
