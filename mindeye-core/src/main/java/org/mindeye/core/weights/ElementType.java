package org.mindeye.core.weights;

import ai.djl.ndarray.types.DataType;

/** The types of number a file may hold, each with its width. */
public enum ElementType {
  /** One byte, 0 or 1. */
  BOOL(1),
  /** Signed, one byte. */
  INT8(1),
  /** Signed, two bytes. */
  INT16(2),
  /** Signed, four bytes. */
  INT32(4),
  /** Signed, eight bytes. */
  INT64(8),
  /** Unsigned, one byte. */
  UINT8(1),
  /** Unsigned, two bytes. */
  UINT16(2),
  /** IEEE 754 binary16. */
  FLOAT16(2),
  /** The upper half of an IEEE 754 binary32 ("brain float"). */
  BFLOAT16(2),
  /** IEEE 754 binary32. */
  FLOAT32(4),
  /** IEEE 754 binary64. */
  FLOAT64(8);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * The width of one element.
   *
   * @return bytes
   */
  public int bytes() {
    return bytes;
  }

  /**
   * Whether elements may have a fractional part.
   *
   * @return true for the three IEEE types and the brain float
   */
  public boolean isFloating() {
    return this == FLOAT16 || this == BFLOAT16 || this == FLOAT32 || this == FLOAT64;
  }

  /**
   * The type such elements have as a tensor: float32 for every floating type, int64 and uint8 as
   * they are, int32 for the other integers, boolean.
   *
   * @return the engine's type
   */
  public DataType tensorType() {
    return switch (this) {
      case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> DataType.FLOAT32;
      case INT64 -> DataType.INT64;
      case INT8, INT16, UINT16, INT32 -> DataType.INT32;
      case UINT8 -> DataType.UINT8;
      case BOOL -> DataType.BOOLEAN;
    };
  }
}
