// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.engine.GradMode;

/** Linear layers whose weights are 8-bit integers, for inference on the CPU. */
public final class QuantizedLinear {
  private static final TorchScript KERNEL = TorchScript.load("quantized_linear");

  /** The kernel reads so many numbers of a row at a time, and reads too far otherwise. */
  private static final long STEP = 16;

  private QuantizedLinear() {}

  /**
   * How long rows of weights must be.
   *
   * @param in numbers that the layer reads
   * @return at least as many
   */
  public static long paddedWidth(long in) {
    return (in + STEP - 1) / STEP * STEP;
  }

  /**
   * Rounds weights to integers from -127 to 127, so that the largest of each row becomes 127.
   *
   * @param target int8 {@code [out, in]}, overwritten
   * @param scales what the integers count in, bfloat16 {@code [out]}, overwritten
   * @param values float32 {@code [out, in]}
   */
  public static void quantize(NDArray target, NDArray scales, NDArray values) {
    try (GradMode off = GradMode.off()) {
      KERNEL.call("quantize", target, scales, values).close();
    }
  }

  /**
   * {@code x Wᵀ + b}.
   *
   * @param x {@code [..., in]}, of a floating type
   * @param weight int8 {@code [out, paddedWidth(in)]}, zeros behind each row
   * @param scales bfloat16 {@code [out]}
   * @param bias bfloat16 {@code [out]}, or null
   * @return bfloat16 {@code [..., out]}, owned by x's manager
   */
  public static NDArray apply(NDArray x, NDArray weight, NDArray scales, NDArray bias) {
    return bias == null
        ? KERNEL.call("unbiased", x, weight, scales).singletonOrThrow()
        : KERNEL.call("biased", x, weight, scales, bias).singletonOrThrow();
  }
}
