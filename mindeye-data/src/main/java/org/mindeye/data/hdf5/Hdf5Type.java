// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.EnumDataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import org.mindeye.formats.tensor.ElementType;

/**
 * How numbers lie in a file, and which of our types they are read as.
 *
 * @param element our type; unsigned 32-bit integers become signed ones of 64 bits
 * @param width bytes of an element in the file
 * @param order of these bytes
 */
record Hdf5Type(ElementType element, int width, ByteOrder order) {
  private static final Map<Integer, ElementType> SIGNED =
      Map.of(1, ElementType.INT8, 2, ElementType.INT16, 4, ElementType.INT32, 8, ElementType.INT64);

  /** No unsigned integers of 64 bits: not all of them have a place in any of our types. */
  private static final Map<Integer, ElementType> UNSIGNED =
      Map.of(1, ElementType.UINT8, 2, ElementType.UINT16, 4, ElementType.INT64);

  /** Bits of exponent and mantissa. */
  private static final Map<String, ElementType> FLOATING =
      Map.of(
          "5+10", ElementType.FLOAT16,
          "8+7", ElementType.BFLOAT16,
          "8+23", ElementType.FLOAT32,
          "11+52", ElementType.FLOAT64);

  /** The type of a dataset, or empty where it is not one of numbers. */
  static Optional<Hdf5Type> of(DataType type) {
    if (type instanceof FixedPoint whole) {
      boolean plain = whole.getBitOffset() == 0 && whole.getBitPrecision() == 8 * whole.getSize();
      return found(
          plain ? (whole.isSigned() ? SIGNED : UNSIGNED).get(whole.getSize()) : null,
          whole.getSize(),
          whole.getByteOrder());
    }
    if (type instanceof FloatingPoint real) {
      String bits = real.getExponentSize() + "+" + real.getMantissaSize();
      boolean plain = real.getBitOffset() == 0 && real.getBitPrecision() == 8 * real.getSize();
      return found(plain ? FLOATING.get(bits) : null, real.getSize(), real.getByteOrder())
          .filter(known -> known.element.bytes() == known.width);
    }
    if (type instanceof EnumDataType names
        && Map.of(0, "FALSE", 1, "TRUE").equals(names.getEnumMapping())) {
      return of(names.getBaseType())
          .filter(base -> base.width == 1)
          .map(base -> new Hdf5Type(ElementType.BOOL, 1, base.order));
    }
    return Optional.empty();
  }

  private static Optional<Hdf5Type> found(ElementType element, int width, ByteOrder order) {
    return Optional.ofNullable(element).map(known -> new Hdf5Type(known, width, order));
  }

  /** Little-endian elements of our type. */
  void convert(ByteBuffer from, byte[] into) {
    ByteBuffer source = from.order(order);
    ByteBuffer target = ByteBuffer.wrap(into).order(ByteOrder.LITTLE_ENDIAN);
    if (element.bytes() != width) {
      while (target.hasRemaining()) {
        target.putLong(Integer.toUnsignedLong(source.getInt()));
      }
    } else if (width == 1 || order == ByteOrder.LITTLE_ENDIAN) {
      source.get(into);
    } else {
      while (target.hasRemaining()) {
        switch (width) {
          case 2 -> target.putShort(source.getShort());
          case 4 -> target.putInt(source.getInt());
          default -> target.putLong(source.getLong());
        }
      }
    }
  }
}
