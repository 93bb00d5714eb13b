package org.mindeye.core.weights;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The format's names of the element types, in the order in which its writers sort tensors. */
enum SafetensorsType {
  BOOL(ElementType.BOOL, DataType.BOOLEAN),
  U8(ElementType.UINT8, DataType.UINT8),
  I8(ElementType.INT8, DataType.INT8),
  I16(ElementType.INT16, null),
  U16(ElementType.UINT16, null),
  F16(ElementType.FLOAT16, DataType.FLOAT16),
  BF16(ElementType.BFLOAT16, null),
  I32(ElementType.INT32, DataType.INT32),
  F32(ElementType.FLOAT32, DataType.FLOAT32),
  F64(ElementType.FLOAT64, DataType.FLOAT64),
  I64(ElementType.INT64, DataType.INT64);

  private final ElementType elements;

  /** What tensors of this type are to the engine; null for types that are only read. */
  private final DataType written;

  SafetensorsType(ElementType elements, DataType written) {
    this.elements = elements;
    this.written = written;
  }

  ElementType elements() {
    return elements;
  }

  /** Understands a name; null if it is unknown. */
  static SafetensorsType named(String name) {
    return Arrays.stream(values()).filter(t -> t.name().equals(name)).findFirst().orElse(null);
  }

  /** What a tensor is written as. */
  static SafetensorsType of(String tensor, DataType type) {
    return Arrays.stream(values())
        .filter(t -> t.written == type)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "tensor '"
                        + tensor
                        + "' is "
                        + type
                        + ", which safetensors files do not hold; convert it to one of "
                        + Arrays.stream(values())
                            .filter(t -> t.written != null)
                            .map(t -> t.written.toString())
                            .collect(Collectors.joining(", "))));
  }
}
