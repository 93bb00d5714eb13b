// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.tensor;

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
}
