// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import org.mindeye.core.engine.GradMode;

/**
 * Conversions between floating types, bfloat16 among them, which DJL 0.36 has a name for but cannot
 * handle: it shows such arrays as {@link DataType#UNKNOWN}, and a native call that is given either
 * type ends the process.
 */
public final class Conversion {
  private static final TorchScript KERNEL = TorchScript.load("conversion");

  /** torch's number. */
  private static final long BFLOAT16 = 15;

  private Conversion() {}

  /**
   * Whether an array of a type unknown to DJL holds bfloat16.
   *
   * @param x any array
   * @return false for every other type
   */
  public static boolean isBfloat16(NDArray x) {
    try (NDArray number = KERNEL.call("type", x).singletonOrThrow()) {
      return number.getLong() == BFLOAT16;
    }
  }

  /**
   * Converts. Gradients flow.
   *
   * @param x of a floating type
   * @param type float16, bfloat16, float32 or float64
   * @return of x's shape, owned by its manager; shares x's memory if it has the type already
   */
  public static NDArray to(NDArray x, DataType type) {
    return KERNEL.call("to_" + type, x).singletonOrThrow();
  }

  /**
   * How often tensors were written to. It never falls while they are the same tensors.
   *
   * @param tensors at least one
   * @return the sum of libtorch's counts
   */
  public static long writes(List<NDArray> tensors) {
    try (NDArray sum = KERNEL.call("writes", tensors).singletonOrThrow()) {
      return sum.getLong();
    }
  }

  /**
   * Room for bfloat16 numbers.
   *
   * @param like of any type
   * @return of the same shape, owned by the same manager; holds anything
   */
  public static NDArray emptyBfloat16(NDArray like) {
    return KERNEL.call("empty_bfloat16", like).singletonOrThrow();
  }

  /**
   * {@code x <- y}, converted to x's type, rounded to nearest. Records no graph.
   *
   * @param x overwritten, of a floating type
   * @param y of x's shape and a floating type
   * @return whether a finite number became infinite
   */
  public static boolean store(NDArray x, NDArray y) {
    try (GradMode off = GradMode.off();
        NDArray overflow = KERNEL.call("store", x, y).singletonOrThrow()) {
      return overflow.getBoolean();
    }
  }

  /**
   * {@code x <- } the bfloat16 numbers of given bits. Records no graph.
   *
   * @param x overwritten, bfloat16
   * @param bits of x's shape, under the name of float16
   */
  public static void storeBits(NDArray x, NDArray bits) {
    try (GradMode off = GradMode.off()) {
      KERNEL.call("store_bits", x, bits).close();
    }
  }
}
