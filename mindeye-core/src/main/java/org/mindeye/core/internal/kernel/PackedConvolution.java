// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Optional;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.natives.LibtorchSettings;

/**
 * Convolutions with many weights on the CPU, without a graph: in float32 those of few positions, in
 * bfloat16 all. oneDNN has an order of its own for weights, into which an ordinary call puts them
 * each time; that takes most of its time at few positions, and a share of it wherever the products
 * are fast. This keeps them in that order from the first call on, in as much memory again, until
 * they change.
 *
 * <p>Safe for concurrent callers while the weights do not change.
 */
public final class PackedConvolution {
  /** Fewer weights are put in order in no time, for more positions in less than the products. */
  private static final long FEWEST_WEIGHTS = 1 << 20;

  private static final long MOST_POSITIONS = 1 << 10;

  /** In bfloat16, whose products are four times as fast. */
  private static final long FEWEST_HALVES = 1 << 17;

  private final String packing;
  private final long stride;
  private final long rows;
  private final long columns;
  private volatile Packed current;

  /**
   * What is kept.
   *
   * @param source the weight
   * @param version how often that had been written to
   * @param weights opaque to all but oneDNN: their numbers cannot be read
   */
  private record Packed(NDArray source, long version, List<NDArray> weights) {
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
    this("pack", stride, rows, columns);
  }

  private PackedConvolution(String packing, int stride, int rows, int columns) {
    this.packing = packing;
    this.stride = stride;
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * For a layer of 3 x 3 pixels behind one that repeats each pixel in both directions. Of the
   * larger image's nine pixels some are copies of the same, so four convolutions of 2 x 2 of the
   * smaller one's do the same with 16 products instead of 36.
   *
   * @return for {@link #applyDoubled}
   */
  public static PackedConvolution doubling() {
    return new PackedConvolution("pack_doubling", 1, 1, 1);
  }

  /**
   * Whether a layer's weights would be kept in both orders.
   *
   * @param weights how many
   * @param positions of results, of the whole batch
   * @param type of the weights
   * @return true if so, on the CPU and without a graph
   */
  public static boolean keeps(long weights, long positions, DataType type) {
    return type == DataType.BFLOAT16
        ? weights >= FEWEST_HALVES
        : type == DataType.FLOAT32 && weights >= FEWEST_WEIGHTS && positions <= MOST_POSITIONS;
  }

  /**
   * Whether this is the way to go.
   *
   * @param x {@code [batch, in, height, width]}, of the weight's type
   * @param weight {@code [out, in, height, width]}
   * @param type of the weight, which DJL does not know if it is bfloat16
   * @return true if {@link #apply} may be called, and is faster than libtorch's own
   */
  public boolean suits(NDArray x, NDArray weight, DataType type) {
    return keeps(weight.size(), x.size() / x.getShape().get(1) / (stride * stride), type)
        && Kernel.ONE.isPresent()
        && !LibtorchSettings.isGradMode()
        && !x.getDevice().isGpu()
        && x.getDataType() == weight.getDataType();
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
      NDArray packed = packed(x, weight, window).get(0);
      return bias == null
          ? Kernel.get().call("unbiased", x, packed, window).singletonOrThrow()
          : Kernel.get().call("biased", x, packed, bias, window).singletonOrThrow();
    }
  }

  /**
   * Repeats each pixel in both directions, and convolves.
   *
   * @param x {@code [batch, in, height, width]}, channels last in memory
   * @param weight {@code [out, in, 3, 3]}
   * @param bias {@code [out]}
   * @return {@code [batch, out, 2 * height, 2 * width]}, channels last in memory, owned by x's
   *     manager
   */
  public NDArray applyDoubled(NDArray x, NDArray weight, NDArray bias) {
    try (NDManager cpu = Torch.newManager(Device.cpu());
        NDArray window = cpu.create(new long[] {stride, rows, columns})) {
      // One by one: what is called with a list is named meanwhile, and other threads call too.
      List<NDArray> w = packed(x, weight, window);
      return Kernel.get()
          .call("doubled", x, w.get(0), w.get(1), w.get(2), w.get(3), bias)
          .singletonOrThrow();
    }
  }

  private List<NDArray> packed(NDArray x, NDArray weight, NDArray window) {
    long version = version(weight);
    Packed kept = current;
    return kept != null && kept.isOf(weight, version)
        ? kept.weights
        : pack(x, weight, version, window);
  }

  private synchronized List<NDArray> pack(NDArray x, NDArray weight, long version, NDArray window) {
    Packed before = current;
    if (before != null && before.isOf(weight, version)) {
      return before.weights; // another thread was faster
    }
    // Lives as long as the weight does; a scope that is open in this thread must not free it.
    List<NDArray> packed = List.copyOf(Kernel.get().call(packing, weight, x, window));
    packed.forEach(NDScope::unregister);
    current = new Packed(weight, version, packed);
    if (before != null) {
      before.weights.forEach(NDArray::close);
    }
    return packed;
  }

  private static long version(NDArray weight) {
    try (NDArray version = Kernel.get().call("version", weight).singletonOrThrow()) {
      return version.getLong();
    }
  }
}
