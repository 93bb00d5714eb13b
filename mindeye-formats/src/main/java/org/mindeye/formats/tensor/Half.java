// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.tensor;

/** IEEE 754 binary16, the 16-bit float of the published data files, to and from Java's float. */
public final class Half {
  /** The largest finite half, 65504. */
  public static final float MAX_VALUE = 65504f;

  private static final int SIGN = 0x8000;
  private static final int INFINITY = 0x7c00;
  private static final int QUIET_NAN = 0x7e00;
  private static final int MANTISSA = 0x03ff;
  private static final int FLOAT_INFINITY = 0x7f800000;

  /** 2^-24: the smallest positive half, the unit of the subnormal ones. */
  private static final float SUBNORMAL_UNIT = 0x1p-24f;

  /**
   * From this magnitude on, rounding to nearest gives infinity: halfway between 65504 and 65536.
   */
  private static final float OVERFLOW = 65520f;

  /** Below this magnitude halves are subnormal. */
  private static final float MIN_NORMAL = 0x1p-14f;

  private Half() {}

  /**
   * Widens a half; every half is a float, so nothing is lost.
   *
   * @param half the 16 bits
   * @return the same number; infinities, the bits of a NaN and the sign of zero are kept
   */
  public static float toFloat(short half) {
    int exponent = (half >>> 10) & 0x1f;
    int mantissa = half & MANTISSA;
    int magnitude;
    if (exponent == 0) {
      magnitude = Float.floatToRawIntBits(mantissa * SUBNORMAL_UNIT);
    } else if (exponent == 0x1f) {
      magnitude = FLOAT_INFINITY | mantissa << 13;
    } else {
      magnitude = (exponent + 112) << 23 | mantissa << 13;
    }
    return Float.intBitsToFloat((half & SIGN) << 16 | magnitude);
  }

  /**
   * Narrows a float, rounding to the nearest half and ties to the even one, as NumPy and the
   * processors do.
   *
   * @param value any float
   * @return the 16 bits; magnitudes of 65520 and more become infinity
   */
  public static short fromFloat(float value) {
    int sign = (Float.floatToRawIntBits(value) >>> 16) & SIGN;
    return (short) (sign | magnitudeBits(Math.abs(value)));
  }

  private static int magnitudeBits(float magnitude) {
    if (Float.isNaN(magnitude)) {
      return QUIET_NAN;
    }
    if (magnitude >= OVERFLOW) {
      return INFINITY;
    }
    if (magnitude < MIN_NORMAL) {
      // Scaling by a power of two is exact, and rint rounds ties to even.
      return (int) Math.rint(magnitude / SUBNORMAL_UNIT);
    }
    int bits = Float.floatToRawIntBits(magnitude) - (112 << 23);
    int odd = (bits >>> 13) & 1;
    // Adding just under half a unit (a whole half if the last kept bit is odd) carries upwards
    // exactly when rounding up is right, into the exponent if need be.
    return (bits + 0x0fff + odd) >>> 13;
  }
}
