// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.Half;

/**
 * A table in a file that a formula gives exactly: it is compared, and the formula's values are
 * used. Whether it was ever rounded to a shorter float can be seen from its values only, since
 * files of halves are widened to float32 and saved again.
 */
final class SavedTable {
  /** Half a unit in the last place, relative, with room for a second rounding. */
  private static final double BRAIN_FLOAT = 1.2 * 0x1p-8;

  private static final double HALF = 1.2 * 0x1p-11;
  private static final double FLOAT = 1e-5;

  /** Below 2^-14 halves lie this far apart. */
  private static final double SMALLEST_HALF = 0x1p-24;

  private final float[] values;
  private final double relative;
  private final double absolute;

  private SavedTable(float[] values) {
    this.values = values;
    boolean brain = all(value -> (Float.floatToRawIntBits((float) value) & 0xffff) == 0);
    boolean half = all(value -> Half.toFloat(Half.fromFloat((float) value)) == value);
    relative = brain ? BRAIN_FLOAT : half ? HALF : FLOAT;
    absolute = brain || half ? SMALLEST_HALF : 0;
  }

  static SavedTable of(float... values) {
    return new SavedTable(values);
  }

  static SavedTable read(StateDict file, String name) {
    try (NDManager manager = Torch.newManager(Device.cpu());
        NDArray values = file.load(name, manager)) {
      return new SavedTable(values.toFloatArray());
    }
  }

  private boolean all(DoublePredicate test) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).allMatch(test);
  }

  int length() {
    return values.length;
  }

  /** Whether these are the exact values, rounded as this table was. */
  boolean matches(double... exact) {
    return exact.length == values.length
        && IntStream.range(0, values.length)
            .allMatch(
                i -> Math.abs(values[i] - exact[i]) <= relative * Math.abs(exact[i]) + absolute);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
