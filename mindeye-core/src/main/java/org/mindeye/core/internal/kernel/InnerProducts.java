// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.mindeye.core.engine.Torch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Inner products of all rows of a matrix with all rows of another, in float32 or bfloat16, without
 * a graph, and what a search does with them. oneDNN's product uses the processor's widest
 * instructions, of any maker's, and reads the first matrix as it lies in memory.
 *
 * <p>Every product is a sum in float32; where the type is bfloat16, the sum is rounded to it.
 */
public final class InnerProducts {
  private static final Logger LOG = LoggerFactory.getLogger(InnerProducts.class);
  private static final Optional<TorchScript> ONE_DNN = TorchScript.loadOneDnn("inner_products");
  private static final TorchScript PLAIN = TorchScript.load("inner_products_plain");
  private static final TorchScript ONE = TorchScript.load("inner_products_one");
  private static final TorchScript SCORES = TorchScript.load("scores");
  private static final boolean BFLOAT16_PRODUCTS = ONE_DNN.isPresent() && multipliesBfloat16();

  /** Numbers that are converted at once: they are multiplied while they are near the processor. */
  private static final long CONVERTED = 1 << 19;

  private InnerProducts() {}

  /** oneDNN refuses formats the processor has no instructions for. */
  private static boolean multipliesBfloat16() {
    try (NDManager manager = Torch.newManager(Device.cpu());
        NDArray one = Conversion.to(manager.ones(new Shape(1, 1)), DataType.BFLOAT16);
        NDArray window = manager.create(new long[] {0, 1})) {
      ONE_DNN.orElseThrow().call("products", one, one, window).close();
      return true;
    } catch (EngineException e) {
      LOG.info("no bfloat16 products on this processor: they are computed in float32", e);
      return false;
    }
  }

  /**
   * Some columns of a matrix.
   *
   * @param x {@code [rows, width]}
   * @param first the first column
   * @param last the column behind the last
   * @return {@code [rows, last - first]}, a copy, row after row in memory; owned by x's manager
   */
  public static NDArray columns(NDArray x, long first, long last) {
    try (NDManager cpu = Torch.newManager(Device.cpu());
        NDArray window = cpu.create(new long[] {first, last})) {
      return SCORES.call("columns", x, window).singletonOrThrow();
    }
  }

  /**
   * Inner products of some rows of x with all rows of y: let x be the one with more rows.
   *
   * @param x {@code [rows, width]}
   * @param y {@code [rows of y, width]}, of the same type; or float32, and x float16 or float64
   * @param first x's first row to look at
   * @param last the row behind the last
   * @return {@code [last - first, rows of y]} of y's type, owned by the manager of x
   */
  public static NDArray of(NDArray x, NDArray y, long first, long last) {
    boolean single = y.getDataType() == DataType.FLOAT32;
    if (single && y.getShape().get(0) == 1) {
      return products(ONE, x, y, first, last);
    }
    boolean fast = single ? ONE_DNN.isPresent() : BFLOAT16_PRODUCTS;
    return products(
        fast && !x.getDevice().isGpu() ? ONE_DNN.orElseThrow() : PLAIN, x, y, first, last);
  }

  /** What {@link #of} does where oneDNN or its bfloat16 is missing. */
  static NDArray plain(NDArray x, NDArray y, long first, long last) {
    return products(PLAIN, x, y, first, last);
  }

  private static NDArray products(TorchScript kernel, NDArray x, NDArray y, long first, long last) {
    long width = Math.max(1, x.getShape().get(1));
    try (NDManager cpu = Torch.newManager(Device.cpu());
        NDArray window = cpu.create(new long[] {first, last, Math.max(1, CONVERTED / width)})) {
      boolean same = x.getDataType() == y.getDataType();
      return kernel.call(same ? "products" : "converted", x, y, window).singletonOrThrow();
    }
  }

  /**
   * A sum.
   *
   * @param x float32 or bfloat16
   * @param y of the same shape
   * @return in float32, owned by x's manager
   */
  public static NDArray sum(NDArray x, NDArray y) {
    return SCORES.call("sum", x, y).singletonOrThrow();
  }

  /**
   * The largest score of each group of rows, for each query.
   *
   * @param scores {@code [rows, queries]}
   * @param size rows of a group; rows left over are in none
   * @return {@code [rows / size, queries]}, float32, owned by the scores' manager
   */
  public static NDArray maxima(NDArray scores, long size) {
    try (NDManager cpu = Torch.newManager(Device.cpu());
        NDArray rows = cpu.create(size)) {
      return SCORES.call("maxima", scores, rows).singletonOrThrow();
    }
  }

  /**
   * The k-th largest score of each query.
   *
   * @param scores {@code [rows, queries]}, at least k rows
   * @param k from 1
   * @return {@code [queries]}, float32, owned by the scores' manager
   */
  public static NDArray kthLargest(NDArray scores, long k) {
    try (NDManager cpu = Torch.newManager(Device.cpu());
        NDArray count = cpu.create(k)) {
      return SCORES.call("kth_largest", scores, count).singletonOrThrow();
    }
  }
}
