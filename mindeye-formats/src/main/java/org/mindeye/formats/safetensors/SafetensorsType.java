// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.safetensors;

import java.util.Arrays;
import org.mindeye.formats.tensor.ElementType;

/** The format's names of the element types, in the order in which its writers sort tensors. */
enum SafetensorsType {
  BOOL(ElementType.BOOL),
  U8(ElementType.UINT8),
  I8(ElementType.INT8),
  I16(ElementType.INT16),
  U16(ElementType.UINT16),
  F16(ElementType.FLOAT16),
  BF16(ElementType.BFLOAT16),
  I32(ElementType.INT32),
  F32(ElementType.FLOAT32),
  F64(ElementType.FLOAT64),
  I64(ElementType.INT64);

  private final ElementType elements;

  SafetensorsType(ElementType elements) {
    this.elements = elements;
  }

  ElementType elements() {
    return elements;
  }

  /** Understands a name; null if it is unknown. */
  static SafetensorsType named(String name) {
    return Arrays.stream(values()).filter(t -> t.name().equals(name)).findFirst().orElse(null);
  }

  /** What elements of a type are called. */
  static SafetensorsType of(ElementType type) {
    return Arrays.stream(values()).filter(t -> t.elements == type).findFirst().orElseThrow();
  }
}
