// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;

/** What files say about tensors, in the engine's words, and the other way round. */
public final class TensorTypes {
  /** What the engine's tensors are in a file, in the order of messages. */
  private static final Map<DataType, ElementType> WRITTEN = new LinkedHashMap<>();

  static {
    WRITTEN.put(DataType.BOOLEAN, ElementType.BOOL);
    WRITTEN.put(DataType.UINT8, ElementType.UINT8);
    WRITTEN.put(DataType.INT8, ElementType.INT8);
    WRITTEN.put(DataType.FLOAT16, ElementType.FLOAT16);
    WRITTEN.put(DataType.BFLOAT16, ElementType.BFLOAT16);
    WRITTEN.put(DataType.INT32, ElementType.INT32);
    WRITTEN.put(DataType.FLOAT32, ElementType.FLOAT32);
    WRITTEN.put(DataType.FLOAT64, ElementType.FLOAT64);
    WRITTEN.put(DataType.INT64, ElementType.INT64);
  }

  private TensorTypes() {}

  /**
   * The type that elements of a file have as a tensor: float32 for every floating type, int64 and
   * uint8 as they are, int32 for the other integers, boolean.
   *
   * @param type in the file
   * @return the engine's type
   */
  public static DataType dataType(ElementType type) {
    return switch (type) {
      case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> DataType.FLOAT32;
      case INT64 -> DataType.INT64;
      case INT8, INT16, UINT16, INT32 -> DataType.INT32;
      case UINT8 -> DataType.UINT8;
      case BOOL -> DataType.BOOLEAN;
    };
  }

  /**
   * A shape in a file as the engine's.
   *
   * @param shape the axes
   * @return the same axes
   */
  public static Shape shape(TensorShape shape) {
    return new Shape(shape.axes());
  }

  /**
   * A tensor's shape as files have it.
   *
   * @param shape the axes
   * @return the same axes
   */
  public static TensorShape shape(Shape shape) {
    return new TensorShape(shape.getShape());
  }

  /**
   * Whether a tensor of a file can be read into one that exists: into the type it has as a tensor
   * of its own ({@link #dataType}), and floating types also into float16 and bfloat16. Elements of
   * the target's own type are copied bit by bit, others are rounded to nearest, from float32 on.
   *
   * @param type in the file
   * @param target the tensor's
   * @return true if it can
   */
  public static boolean fits(ElementType type, DataType target) {
    return target == dataType(type) || type.isFloating() && DataTypes.isHalf(target);
  }

  /** Room for a tensor of a file. */
  static NDArray empty(TensorInfo info, NDManager manager) {
    return manager.create(shape(info.shape()), dataType(info.type()));
  }

  /** What a tensor is written as. */
  static ElementType written(String tensor, DataType type) {
    ElementType element = WRITTEN.get(type);
    if (element == null) {
      throw new IllegalArgumentException(
          "tensor '"
              + tensor
              + "' is "
              + type
              + ", which safetensors files do not hold; convert it to one of "
              + WRITTEN.keySet().stream()
                  .map(DataType::toString)
                  .collect(Collectors.joining(", ")));
    }
    return element;
  }
}
