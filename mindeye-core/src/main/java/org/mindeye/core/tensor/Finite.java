// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mindeye.Plural;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Readback;

/**
 * Finds NaN and infinity at the border where they come in, before they become a wrong answer or an
 * error far from the cause. Sound tensors cost one reduction and one number read back; samples and
 * values are looked for only when there is something to find.
 *
 * <pre>{@code
 * Finite.require("voxels", voxels.array(), "repair or leave out the data");
 * // NotFiniteException: voxels: expected finite numbers but 13 are NaN or infinite, in 2 of 8
 * // samples (number 2, 5, from 0); repair or leave out the data
 * }</pre>
 */
public final class Finite {
  private static final int NAMED = 5;

  private Finite() {}

  /**
   * Whether all values are finite.
   *
   * @param array of a floating type, of any shape; read only
   * @return false if a value is NaN or infinite
   */
  public static boolean isFinite(NDArray array) {
    Alive.require("array", array);
    try (GradMode off = GradMode.off();
        NDArray sum = array.sum()) {
      if (Double.isFinite(Readback.scalar(sum))) {
        return true;
      }
      // Large numbers may overflow a sum; the largest magnitude is finite unless a value is not.
      try (NDArray magnitudes = array.abs();
          NDArray largest = magnitudes.max()) {
        return Double.isFinite(Readback.scalar(largest));
      }
    }
  }

  /**
   * Refuses a tensor that holds NaN or infinity.
   *
   * @param name what the tensor is called in messages
   * @param array of a floating type, samples along the first axis; read only
   * @param remedy what to do, the end of the message
   * @throws NotFiniteException if a value is not finite
   */
  public static void require(String name, NDArray array, String remedy) {
    if (!isFinite(Alive.require(name, array))) {
      throw refusal(name, array, remedy);
    }
  }

  /**
   * Refuses samples on the heap that hold NaN or infinity.
   *
   * @param name what they are called in messages
   * @param samples one row each; read only
   * @param remedy what to do, the end of the message
   * @throws NotFiniteException if a value is not finite
   */
  public static void require(String name, float[][] samples, String remedy) {
    int[] counts = Arrays.stream(samples).mapToInt(Finite::count).toArray();
    if (Arrays.stream(counts).anyMatch(n -> n > 0)) {
      throw refusal(name, counts, remedy);
    }
  }

  /**
   * Which samples hold NaN or infinity.
   *
   * @param array of a floating type, samples along the first axis; read only
   * @return their indices along the first axis, ascending
   */
  public static int[] rows(NDArray array) {
    return IntStream.range(0, Math.toIntExact(Alive.require("array", array).getShape().get(0)))
        .filter(i -> count(array, i) > 0)
        .toArray();
  }

  /**
   * What to throw where a tensor turned out to hold NaN or infinity.
   *
   * @param name what the tensor is called
   * @param array samples along the first axis; read only
   * @param remedy what to do, the end of the message
   * @return an exception that says how many values of which samples
   */
  public static NotFiniteException refusal(String name, NDArray array, String remedy) {
    int samples = Math.toIntExact(Alive.require(name, array).getShape().get(0));
    return refusal(name, IntStream.range(0, samples).map(i -> count(array, i)).toArray(), remedy);
  }

  private static NotFiniteException refusal(String name, int[] counts, String remedy) {
    int[] bad = IntStream.range(0, counts.length).filter(i -> counts[i] > 0).toArray();
    String shown =
        Arrays.stream(bad).limit(NAMED).mapToObj(String::valueOf).collect(Collectors.joining(", "));
    return new NotFiniteException(
        name
            + ": expected finite numbers but "
            + Arrays.stream(counts).asLongStream().sum()
            + " are NaN or infinite, in "
            + bad.length
            + " of "
            + Plural.of(counts.length, "sample")
            + " (number "
            + shown
            + (bad.length > NAMED ? " and " + (bad.length - NAMED) + " more" : "")
            + ", from 0); "
            + remedy);
  }

  private static int count(NDArray array, int sample) {
    try (GradMode off = GradMode.off();
        NDArray row = array.get(sample)) {
      return (int) Arrays.stream(Readback.of(row)).filter(x -> !Double.isFinite(x)).count();
    }
  }

  private static int count(float[] values) {
    int bad = 0;
    for (float value : values) {
      bad += Float.isFinite(value) ? 0 : 1;
    }
    return bad;
  }
}
