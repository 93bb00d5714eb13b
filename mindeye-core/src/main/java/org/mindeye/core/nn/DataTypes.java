// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Set;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.internal.kernel.Conversion;

/**
 * Types of numbers, bfloat16 included, which DJL 0.36 knows by name only: {@link
 * NDArray#getDataType()} of such an array is {@link DataType#UNKNOWN}. Arithmetic, products, views,
 * norms, convolutions and attention work with it as with any other. What must never see it are
 * DJL's calls that hand a type to the engine: {@code toType(BFLOAT16, …)}, {@code create}, {@code
 * full}, {@code zeros}, {@code ones}, {@code zerosLike}, {@code softmax}, {@code toDevice}; they
 * end the process. {@code toType(FLOAT32, …)} of such an array is fine.
 */
public final class DataTypes {
  private static final Set<DataType> FLOATING =
      Set.of(DataType.FLOAT16, DataType.BFLOAT16, DataType.FLOAT32, DataType.FLOAT64);

  private DataTypes() {}

  /**
   * The type of an array's numbers.
   *
   * @param array any array
   * @return what DJL says, and bfloat16 where it does not know that
   */
  public static DataType of(NDArray array) {
    DataType type = Alive.require("array", array).getDataType();
    return type == DataType.UNKNOWN && Conversion.isBfloat16(array) ? DataType.BFLOAT16 : type;
  }

  /**
   * Whether numbers have 16 bits: half the memory of float32, and less precision.
   *
   * @param type any type
   * @return true for float16 and bfloat16
   */
  public static boolean isHalf(DataType type) {
    return type == DataType.FLOAT16 || type == DataType.BFLOAT16;
  }

  /**
   * Converts between floating types, rounding to nearest. Gradients flow, other than through {@code
   * toType}.
   *
   * @param x float16, bfloat16, float32 or float64
   * @param type one of these
   * @return of x's shape, owned by its manager; shares x's memory if it has the type already
   * @throws IllegalArgumentException for other types
   */
  public static NDArray convert(NDArray x, DataType type) {
    requireFloating(of(x));
    requireFloating(type);
    return Conversion.to(x, type);
  }

  /**
   * What leaves a network: float32, however few bits it computes with. Gradients flow.
   *
   * @param x of a floating type
   * @return of x's shape, owned by its manager; x itself if it is float32, or float64
   */
  public static NDArray toFloat32(NDArray x) {
    DataType type = x.getDataType();
    return type == DataType.FLOAT32 || type == DataType.FLOAT64 ? x : convert(x, DataType.FLOAT32);
  }

  private static void requireFloating(DataType type) {
    if (!FLOATING.contains(type)) {
      throw new IllegalArgumentException(
          "expected float16, bfloat16, float32 or float64 but the type is " + type);
    }
  }

  /**
   * Room for numbers.
   *
   * @param owner the manager that owns the result, on whose device it is
   * @param shape the axes
   * @param type any type that tensors of files can have, and bfloat16
   * @return holds anything
   */
  public static NDArray empty(NDManager owner, Shape shape, DataType type) {
    if (type != DataType.BFLOAT16) {
      return owner.create(shape, type);
    }
    // No memory is touched, so the other tensor of this size costs nothing.
    try (NDArray like = owner.create(shape, DataType.FLOAT16)) {
      return Conversion.emptyBfloat16(like);
    }
  }
}
