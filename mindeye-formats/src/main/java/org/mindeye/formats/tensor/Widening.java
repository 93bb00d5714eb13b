// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Elements of a file in the types that engines compute with: float32 for every floating type, int32
 * for short integers; int32, int64, uint8 and booleans stay what they are.
 */
public final class Widening {
  private Widening() {}

  /**
   * Whether elements have to be converted, or looked at.
   *
   * @param type in the file
   * @return false if their bytes can be used as they are
   */
  public static boolean isNeeded(ElementType type) {
    return switch (type) {
      case FLOAT32, INT64, INT32, UINT8 -> false;
      case FLOAT16, BFLOAT16, FLOAT64, INT8, INT16, UINT16, BOOL -> true;
    };
  }

  /**
   * Converts every element of a window, little-endian to the machine's own order.
   *
   * @param source names the file in messages
   * @param info the tensor
   * @param from the file's bytes, from position to limit
   * @param to room for exactly that many elements; its position stays where it is
   * @throws MalformedFileException if a boolean is neither 0 nor 1
   */
  public static void widen(String source, TensorInfo info, ByteBuffer from, ByteBuffer to) {
    ByteBuffer target = to.order(ByteOrder.nativeOrder());
    switch (info.type()) {
      case FLOAT16 -> halves(from, target.asFloatBuffer());
      case BFLOAT16 -> brainFloats(from, target.asIntBuffer());
      case FLOAT64 -> doubles(from, target.asFloatBuffer());
      case INT8, INT16, UINT16 -> integers(info.type(), from, target.asIntBuffer());
      case BOOL -> booleans(source, info, from, target);
      default -> throw new IllegalStateException(info.type() + " needs no widening");
    }
  }

  private static void halves(ByteBuffer from, FloatBuffer to) {
    short[] halves = shorts(from);
    float[] floats = new float[halves.length];
    for (int i = 0; i < halves.length; i++) {
      floats[i] = Half.toFloat(halves[i]);
    }
    to.put(floats);
  }

  /** The bits of a brain float are the upper half of the bits of the same float. */
  private static void brainFloats(ByteBuffer from, IntBuffer to) {
    short[] upper = shorts(from);
    int[] bits = new int[upper.length];
    for (int i = 0; i < upper.length; i++) {
      bits[i] = upper[i] << 16;
    }
    to.put(bits);
  }

  private static void doubles(ByteBuffer from, FloatBuffer to) {
    double[] doubles = new double[from.remaining() / Double.BYTES];
    from.asDoubleBuffer().get(doubles);
    float[] floats = new float[doubles.length];
    for (int i = 0; i < doubles.length; i++) {
      floats[i] = (float) doubles[i];
    }
    to.put(floats);
  }

  private static void integers(ElementType type, ByteBuffer from, IntBuffer to) {
    while (to.hasRemaining()) {
      to.put(
          switch (type) {
            case INT8 -> from.get();
            case INT16 -> from.getShort();
            default -> Short.toUnsignedInt(from.getShort());
          });
    }
  }

  /** torch's behaviour is undefined for a boolean that is neither 0 nor 1. */
  private static void booleans(String source, TensorInfo info, ByteBuffer from, ByteBuffer to) {
    ByteBuffer target = to.duplicate();
    while (from.hasRemaining()) {
      byte value = from.get();
      requireBoolean(source + ": tensor '" + info.name() + "'", value);
      target.put(value);
    }
  }

  static void requireBoolean(String place, byte value) {
    if (value != 0 && value != 1) {
      throw new MalformedFileException(
          place, "booleans, which are 0 or 1", "the byte " + Byte.toUnsignedInt(value));
    }
  }

  private static short[] shorts(ByteBuffer from) {
    short[] shorts = new short[from.remaining() / Short.BYTES];
    from.asShortBuffer().get(shorts);
    return shorts;
  }
}
