// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.tensor;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;

/**
 * An array of numbers with a shape, in the Java heap. Immutable. Elements are numbered row by row
 * (the last axis runs fastest), whatever order the file used.
 */
public final class HeapArray {
  private final ElementType type;
  private final long[] shape;

  /** Little-endian, row by row. */
  private final byte[] content;

  private HeapArray(ElementType type, long[] shape, byte[] content) {
    this.type = type;
    this.shape = shape;
    this.content = content;
  }

  /**
   * An array of any type.
   *
   * @param type of the elements
   * @param shape the axes
   * @param littleEndian the elements row by row; not copied, and must not change afterwards
   * @return the array
   * @throws IllegalArgumentException if the shape does not need exactly these bytes
   */
  public static HeapArray of(ElementType type, TensorShape shape, byte[] littleEndian) {
    long[] axes = shape.axes();
    long expected = size(axes, type.bytes());
    if (expected != littleEndian.length) {
      throw new IllegalArgumentException(
          type
              + " "
              + shape
              + " takes "
              + Plural.of(expected, "byte")
              + ", not "
              + littleEndian.length);
    }
    return new HeapArray(type, axes, littleEndian);
  }

  /**
   * An array of 32-bit floats.
   *
   * @param values row by row; copied
   * @param shape the axes; none for a scalar
   * @return a {@link ElementType#FLOAT32} array
   * @throws IllegalArgumentException if the shape does not hold exactly these values
   */
  public static HeapArray ofFloats(float[] values, long... shape) {
    ByteBuffer buffer = allocate(ElementType.FLOAT32, values.length, shape);
    buffer.asFloatBuffer().put(values);
    return new HeapArray(ElementType.FLOAT32, shape.clone(), buffer.array());
  }

  /**
   * An array of 16-bit floats.
   *
   * @param values row by row; rounded to nearest even, see {@link Half#fromFloat}
   * @param shape the axes; none for a scalar
   * @return a {@link ElementType#FLOAT16} array
   * @throws IllegalArgumentException if the shape does not hold exactly these values
   */
  public static HeapArray ofHalves(float[] values, long... shape) {
    ByteBuffer buffer = allocate(ElementType.FLOAT16, values.length, shape);
    for (float value : values) {
      buffer.putShort(Half.fromFloat(value));
    }
    return new HeapArray(ElementType.FLOAT16, shape.clone(), buffer.array());
  }

  /**
   * An array of 64-bit floats.
   *
   * @param values row by row; copied
   * @param shape the axes; none for a scalar
   * @return a {@link ElementType#FLOAT64} array
   * @throws IllegalArgumentException if the shape does not hold exactly these values
   */
  public static HeapArray ofDoubles(double[] values, long... shape) {
    ByteBuffer buffer = allocate(ElementType.FLOAT64, values.length, shape);
    buffer.asDoubleBuffer().put(values);
    return new HeapArray(ElementType.FLOAT64, shape.clone(), buffer.array());
  }

  /**
   * An array of 64-bit integers.
   *
   * @param values row by row; copied
   * @param shape the axes; none for a scalar
   * @return an {@link ElementType#INT64} array
   * @throws IllegalArgumentException if the shape does not hold exactly these values
   */
  public static HeapArray ofLongs(long[] values, long... shape) {
    ByteBuffer buffer = allocate(ElementType.INT64, values.length, shape);
    buffer.asLongBuffer().put(values);
    return new HeapArray(ElementType.INT64, shape.clone(), buffer.array());
  }

  /**
   * An array of 32-bit integers.
   *
   * @param values row by row; copied
   * @param shape the axes; none for a scalar
   * @return an {@link ElementType#INT32} array
   * @throws IllegalArgumentException if the shape does not hold exactly these values
   */
  public static HeapArray ofInts(int[] values, long... shape) {
    ByteBuffer buffer = allocate(ElementType.INT32, values.length, shape);
    buffer.asIntBuffer().put(values);
    return new HeapArray(ElementType.INT32, shape.clone(), buffer.array());
  }

  /**
   * An array of bytes, for example of text.
   *
   * @param values row by row, 0 to 255; copied
   * @param shape the axes; none for a scalar
   * @return a {@link ElementType#UINT8} array
   * @throws IllegalArgumentException if the shape does not hold exactly these values
   */
  public static HeapArray ofBytes(byte[] values, long... shape) {
    ByteBuffer buffer = allocate(ElementType.UINT8, values.length, shape);
    return new HeapArray(ElementType.UINT8, shape.clone(), buffer.put(values).array());
  }

  private static ByteBuffer allocate(ElementType type, int values, long[] shape) {
    long expected = size(shape, 1);
    if (expected != values) {
      throw new IllegalArgumentException(
          "shape "
              + Arrays.toString(shape)
              + " holds "
              + Plural.of(expected, "value")
              + ", not "
              + values);
    }
    long bytes = (long) values * type.bytes();
    if (bytes > Integer.MAX_VALUE) {
      throw tooLarge(shape);
    }
    return ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long size(long[] shape, int each) {
    long size = each;
    for (long length : shape) {
      if (length < 0) {
        throw new IllegalArgumentException("negative axis in shape " + Arrays.toString(shape));
      }
      if (Math.multiplyHigh(size, length) != 0 || size * length < 0) {
        throw tooLarge(shape);
      }
      size *= length;
    }
    return size;
  }

  private static IllegalArgumentException tooLarge(long[] shape) {
    return new IllegalArgumentException(
        "shape "
            + Arrays.toString(shape)
            + ": expected one that fits into 2 GiB, the most an array in the heap holds");
  }

  /**
   * The type of the elements, as in the file.
   *
   * @return the type
   */
  public ElementType type() {
    return type;
  }

  /**
   * The length of each axis.
   *
   * @return a copy; empty for a scalar
   */
  public long[] shape() {
    return shape.clone();
  }

  /**
   * The same axes as a value.
   *
   * @return equal for arrays of the same shape
   */
  public TensorShape tensorShape() {
    return new TensorShape(shape);
  }

  /**
   * The number of elements.
   *
   * @return the product of the axes, 1 for a scalar
   */
  public int size() {
    return content.length / type.bytes();
  }

  /**
   * All elements as floats, rounded to nearest where the type is wider.
   *
   * @return a new array, row by row
   */
  public float[] toFloats() {
    float[] values = new float[size()];
    ByteBuffer buffer = littleEndian();
    if (type == ElementType.FLOAT32) {
      buffer.asFloatBuffer().get(values);
      return values;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = type.isFloating() ? (float) floatAt(buffer, i) : (float) integerAt(buffer, i);
    }
    return values;
  }

  /**
   * All elements as doubles; 64-bit integers beyond 2^53 are rounded to nearest.
   *
   * @return a new array, row by row
   */
  public double[] toDoubles() {
    double[] values = new double[size()];
    ByteBuffer buffer = littleEndian();
    for (int i = 0; i < values.length; i++) {
      values[i] = floatAt(buffer, i);
    }
    return values;
  }

  /**
   * All elements as integers.
   *
   * @return a new array, row by row; booleans are 0 and 1
   * @throws MindEyeException if an element is a float that is not a 64-bit integer
   */
  public long[] toLongs() {
    long[] values = new long[size()];
    ByteBuffer buffer = littleEndian();
    for (int i = 0; i < values.length; i++) {
      values[i] = integerAt(buffer, i);
    }
    return values;
  }

  /**
   * The elements as bytes.
   *
   * @return a view, little-endian, row by row, which cannot be changed
   */
  public ByteBuffer bytes() {
    return littleEndian().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Writes the elements, little-endian, row by row.
   *
   * @param output stays open
   * @throws IOException if it refuses
   */
  public void writeTo(OutputStream output) throws IOException {
    output.write(content);
  }

  private ByteBuffer littleEndian() {
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }

  private double floatAt(ByteBuffer buffer, int index) {
    int at = index * type.bytes();
    return switch (type) {
      case FLOAT16 -> Half.toFloat(buffer.getShort(at));
      case BFLOAT16 -> Float.intBitsToFloat(buffer.getShort(at) << 16);
      case FLOAT32 -> buffer.getFloat(at);
      case FLOAT64 -> buffer.getDouble(at);
      default -> integerAt(buffer, index);
    };
  }

  private long integerAt(ByteBuffer buffer, int index) {
    int at = index * type.bytes();
    return switch (type) {
      case BOOL -> buffer.get(at) == 0 ? 0 : 1;
      case INT8 -> buffer.get(at);
      case INT16 -> buffer.getShort(at);
      case INT32 -> buffer.getInt(at);
      case INT64 -> buffer.getLong(at);
      case UINT8 -> Byte.toUnsignedLong(buffer.get(at));
      case UINT16 -> Short.toUnsignedLong(buffer.getShort(at));
      case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> exactLong(floatAt(buffer, index), index);
    };
  }

  private static long exactLong(double value, int index) {
    // 2^63 itself is a double but not a long, and the cast would quietly give 2^63 - 1.
    if (value != Math.rint(value) || Math.abs(value) >= 0x1p63) {
      throw new MindEyeException("element " + index + " is " + value + ", not an integer");
    }
    return (long) value;
  }

  /**
   * Same type, shape and bits.
   *
   * @param other anything
   * @return whether both hold the same array
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof HeapArray that
        && type == that.type
        && Arrays.equals(shape, that.shape)
        && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, Arrays.hashCode(shape), Arrays.hashCode(content));
  }

  @Override
  public String toString() {
    return "HeapArray " + type + Arrays.toString(shape);
  }
}
