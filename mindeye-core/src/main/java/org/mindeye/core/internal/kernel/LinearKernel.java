// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Optional;
import org.mindeye.core.internal.natives.LibtorchSettings;

/**
 * Linear layers through oneDNN: in float32 those of many rows on the CPU, and all whose weights are
 * bfloat16. oneDNN's matrix product uses the processor's widest instructions, of any maker's;
 * MKL's, which libtorch otherwise takes for float32, does on Intel's only.
 *
 * <p>Measured with gradients on two cores of an AMD EPYC (Zen 5), libtorch's way / this: 515 x 768
 * x 6144 72 / 45 ms, 2176 x 256 x 256 4.4 / 2.9, 544 x 256 x 256 2.1 / 1.3; 128 x 512 x 512 1.4 /
 * 1.3 and 32 x 4096 x 4096 29 / 38, which go libtorch's way.
 */
public final class LinearKernel {
  private static final Optional<TorchScript> KERNEL = TorchScript.loadOneDnn("linear");
  private static final TorchScript CONVERTED = TorchScript.load("converted_linear");

  /** With fewer, putting the weights into oneDNN's order takes longer than the product. */
  private static final long FEWEST_ROWS = 128;

  /** Products of rows, in and out from which it pays to copy rows into oneDNN's kind of tensor. */
  private static final long LARGE = 34_000_000;

  private LinearKernel() {}

  /**
   * Whether this is the way to go.
   *
   * @param x {@code [..., in]}
   * @param weight {@code [out, in]}
   * @return true if the methods of this class may be called, and are faster than libtorch's own
   */
  public static boolean suits(NDArray x, NDArray weight) {
    if (!isHere(x)
        || x.getDataType() != DataType.FLOAT32
        || weight.getDataType() != DataType.FLOAT32) {
      return false;
    }
    long in = weight.getShape().get(1);
    long rows = x.size() / in;
    return LibtorchSettings.isGradMode()
        ? isCopied(rows, in, weight.getShape().get(0))
        : rows >= FEWEST_ROWS;
  }

  /**
   * Whether a float32 layer with gradients would go this way on the CPU, and so keep a copy of its
   * rows and of its results.
   *
   * @param rows how many
   * @param in the length of each
   * @param out the length of each result
   * @return true for large products
   */
  public static boolean isCopied(long rows, long in, long out) {
    return rows >= FEWEST_ROWS && rows * in * out >= LARGE;
  }

  private static boolean isHere(NDArray x) {
    return KERNEL.isPresent() && !x.getDevice().isGpu();
  }

  private static boolean isOneDnn(NDArray x) {
    return isHere(x) && !LibtorchSettings.isGradMode();
  }

  /**
   * Whether {@link #applyGated} may be called with float32 weights, and is faster.
   *
   * @param x {@code [..., in]}
   * @param weight {@code [2 * out, in]}
   * @return true on the CPU, for many rows, without a graph
   */
  public static boolean suitsGated(NDArray x, NDArray weight) {
    return suits(x, weight) && !LibtorchSettings.isGradMode();
  }

  /**
   * {@code x Wᵀ + b} in bfloat16, accumulated in float32. Gradients flow.
   *
   * @param x {@code [..., in]}, of any floating type
   * @param weight bfloat16 {@code [out, in]}
   * @param bias bfloat16 {@code [out]}, or null
   * @return bfloat16 {@code [..., out]}, owned by x's manager
   */
  public static NDArray applyHalf(NDArray x, NDArray weight, NDArray bias) {
    long rows = x.size() / weight.getShape().get(1);
    boolean oneDnn = isOneDnn(x) && (rows == 1 || rows >= FEWEST_ROWS);
    return apply(oneDnn ? KERNEL.orElseThrow() : CONVERTED, x, weight, bias);
  }

  /**
   * Whether {@link #applyGated} and {@link #applySwishGated} may be called with bfloat16 weights.
   *
   * @param x {@code [..., in]}, of any floating type
   * @return true on the CPU, without a graph
   */
  public static boolean suitsHalfGated(NDArray x) {
    return isOneDnn(x);
  }

  /**
   * {@code x Wᵀ + b}. Gradients flow.
   *
   * @param x {@code [..., in]}
   * @param weight {@code [out, in]}
   * @param bias {@code [out]}, or null
   * @return {@code [..., out]}, owned by x's manager
   */
  public static NDArray apply(NDArray x, NDArray weight, NDArray bias) {
    TorchScript kernel = KERNEL.orElseThrow();
    if (!LibtorchSettings.isGradMode()) {
      return apply(kernel, x, weight, bias);
    }
    return bias == null
        ? kernel.call("graphed_unbiased", x, weight).singletonOrThrow()
        : kernel.call("graphed_biased", x, weight, bias).singletonOrThrow();
  }

  private static NDArray apply(TorchScript kernel, NDArray x, NDArray weight, NDArray bias) {
    return bias == null
        ? kernel.call("unbiased", x, weight).singletonOrThrow()
        : kernel.call("biased", x, weight, bias).singletonOrThrow();
  }

  /**
   * The first half of the channels of {@code x Wᵀ + b}, times the exact GELU of the second.
   *
   * @param x {@code [..., in]}
   * @param weight {@code [2 * out, in]}
   * @param bias {@code [2 * out]}
   * @return {@code [..., out]}, owned by x's manager
   */
  public static NDArray applyGated(NDArray x, NDArray weight, NDArray bias) {
    return KERNEL.orElseThrow().call("gated", x, weight, bias).singletonOrThrow();
  }

  /**
   * The first half of the channels of {@code x Wᵀ}, times the second half's {@code g sigmoid(g)}.
   *
   * @param x {@code [..., in]}
   * @param weight {@code [2 * out, in]}
   * @return {@code [..., out]}, owned by x's manager
   */
  public static NDArray applySwishGated(NDArray x, NDArray weight) {
    return KERNEL.orElseThrow().call("swish_gated", x, weight).singletonOrThrow();
  }
}
