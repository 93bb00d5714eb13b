// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import java.util.Optional;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.natives.LibtorchSettings;

/**
 * Convolutions with many weights and few positions on the CPU, without a graph. oneDNN has an order
 * of its own for weights, into which an ordinary call puts them each time; that takes most of its
 * time here. This keeps them in that order from the first call on, in as much memory again, until
 * they change.
 *
 * <p>Safe for concurrent callers while the weights do not change.
 */
public final class PackedConvolution {
  /** Fewer weights are put in order in no time, for more positions in less than the products. */
  private static final long FEWEST_WEIGHTS = 1 << 20;

  private static final long MOST_POSITIONS = 1 << 10;

  private final long stride;
  private final long rows;
  private final long columns;
  private volatile Packed current;

  /**
   * What is kept.
   *
   * @param source the weight
   * @param version how often that had been written to
   * @param weight opaque to all but oneDNN: its numbers cannot be read
   */
  private record Packed(NDArray source, long version, NDArray weight) {
    boolean isOf(NDArray other, long otherVersion) {
      return source == other && version == otherVersion;
    }
  }

  /** Loaded by the first call: layers are also declared to compare names, which needs no engine. */
  private static final class Kernel {
    private static final Optional<TorchScript> ONE = TorchScript.loadOneDnn("packed_convolution");

    private static TorchScript get() {
      return ONE.orElseThrow();
    }
  }

  /**
   * For one layer without groups.
   *
   * @param stride rows and columns from one position to the next
   * @param rows of zeros above and below
   * @param columns of zeros before and behind
   */
  public PackedConvolution(int stride, int rows, int columns) {
    this.stride = stride;
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * Whether a layer's weights would be kept in both orders.
   *
   * @param weights how many
   * @param positions of results, of the whole batch
   * @return true if so, on the CPU, in float32 and without a graph
   */
  public static boolean keeps(long weights, long positions) {
    return weights >= FEWEST_WEIGHTS && positions <= MOST_POSITIONS;
  }

  /**
   * Whether this is the way to go.
   *
   * @param x {@code [batch, in, height, width]}
   * @param weight {@code [out, in, height, width]}
   * @return true if {@link #apply} may be called, and is faster than libtorch's own
   */
  public boolean suits(NDArray x, NDArray weight) {
    return keeps(weight.size(), x.size() / x.getShape().get(1) / (stride * stride))
        && Kernel.ONE.isPresent()
        && !LibtorchSettings.isGradMode()
        && !x.getDevice().isGpu()
        && x.getDataType() == DataType.FLOAT32
        && weight.getDataType() == DataType.FLOAT32;
  }

  /**
   * Convolves.
   *
   * @param x {@code [batch, in, height, width]}, channels last in memory
   * @param weight {@code [out, in, height, width]}
   * @param bias {@code [out]}, or null
   * @return {@code [batch, out, height, width]}, channels last in memory, owned by x's manager
   */
  public NDArray apply(NDArray x, NDArray weight, NDArray bias) {
    try (NDManager cpu = Torch.newManager(Device.cpu());
        NDArray window = cpu.create(new long[] {stride, rows, columns})) {
      NDArray packed = packed(x, weight, window);
      return bias == null
          ? Kernel.get().call("unbiased", x, packed, window).singletonOrThrow()
          : Kernel.get().call("biased", x, packed, bias, window).singletonOrThrow();
    }
  }

  private NDArray packed(NDArray x, NDArray weight, NDArray window) {
    long version = version(weight);
    Packed kept = current;
    return kept != null && kept.isOf(weight, version)
        ? kept.weight
        : pack(x, weight, version, window);
  }

  private synchronized NDArray pack(NDArray x, NDArray weight, long version, NDArray window) {
    Packed before = current;
    if (before != null && before.isOf(weight, version)) {
      return before.weight; // another thread was faster
    }
    // Lives as long as the weight does; a scope that is open in this thread must not free it.
    NDArray packed = Kernel.get().call("pack", weight, x, window).singletonOrThrow();
    NDScope.unregister(packed);
    current = new Packed(weight, version, packed);
    if (before != null) {
      before.weight.close();
    }
    return packed;
  }

  private static long version(NDArray weight) {
    try (NDArray version = Kernel.get().call("version", weight).singletonOrThrow()) {
      return version.getLong();
    }
  }
}
