// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * The deterministic numbers the golden files were made from: an integer hash that any language can
 * reproduce, so that inputs and weights need not be stored.
 *
 * <p>Arithmetic modulo 2^32, {@code k} and {@code i} from 0:
 *
 * <pre>
 * x0 = (i + 1) * 2654435761 + (k + 1) * 40503
 * x1 = x0 XOR (x0 &gt;&gt;&gt; 15)
 * x2 = x1 * 2246822519
 * x3 = x2 XOR (x2 &gt;&gt;&gt; 13)
 * u(k, i) = x3 / 2^32
 * </pre>
 */
public final class ParityGenerator {
  private static final double TWO_TO_32 = 4294967296.0;

  private ParityGenerator() {}

  /**
   * One number.
   *
   * @param k the stream: a seed, or the position of a weight in its state dict
   * @param i the element
   * @return a value in [0, 1)
   */
  public static double uniform(long k, long i) {
    int x = (int) ((i + 1) * 2654435761L + (k + 1) * 40503L);
    x ^= x >>> 15;
    x *= (int) 2246822519L;
    x ^= x >>> 13;
    return Integer.toUnsignedLong(x) / TWO_TO_32;
  }

  /**
   * One number, centred.
   *
   * @param k the stream
   * @param i the element
   * @return {@code 2 u(k, i) - 1}, in [-1, 1)
   */
  public static double signed(long k, long i) {
    return 2 * uniform(k, i) - 1;
  }

  /**
   * An input: element {@code i} is {@code float32(centre + scale * (2 u(seed, i) - 1))}.
   *
   * @param seed the stream
   * @param size how many elements
   * @param scale half the width of the range
   * @param centre middle of the range
   * @return the elements in row-major order
   */
  public static float[] input(long seed, long size, double scale, double centre) {
    float[] values = new float[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (centre + scale * signed(seed, i));
    }
    return values;
  }

  /**
   * An input tensor.
   *
   * @param owner the manager that owns the result
   * @param seed the stream
   * @param shape the axes
   * @param scale half the width of the range
   * @param centre middle of the range
   * @return float32 values in {@code [centre - scale, centre + scale]}
   */
  public static NDArray input(
      NDManager owner, long seed, Shape shape, double scale, double centre) {
    return TestEngine.copy(owner, input(seed, shape.size(), scale, centre), shape);
  }

  /**
   * An input tensor with values in [-1, 1).
   *
   * @param owner the manager that owns the result
   * @param seed the stream
   * @param shape the axes
   * @return a float32 tensor
   */
  public static NDArray input(NDManager owner, long seed, Shape shape) {
    return input(owner, seed, shape, 1, 0);
  }
}
