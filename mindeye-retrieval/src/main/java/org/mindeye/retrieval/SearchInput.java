// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.TensorSpec;

/**
 * What every index checks before it searches or stores, so that all report the same mistake in the
 * same words.
 */
public final class SearchInput {
  /** Admits vectors that were stored as float16, and nothing that was never normalised. */
  private static final double LENGTH_TOLERANCE = 1e-3;

  private SearchInput() {}

  /**
   * Refuses to search for fewer than one neighbor.
   *
   * @param k how many neighbours
   * @throws IllegalArgumentException if {@code k < 1}
   */
  public static void requireCount(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k: expected at least 1 neighbour but was " + k);
    }
  }

  /**
   * Refuses vectors of another length than the gallery's.
   *
   * @param name what they are called in the message: {@code queries} or {@code gallery}
   * @param vectors {@code [batch, width]}
   * @param width the gallery's
   * @throws ShapeMismatchException if the width differs
   */
  public static void requireWidth(String name, ClipVectors vectors, int width) {
    TensorSpec.of(name).axis("batch").axis("width", width).check(vectors.array().getShape());
  }

  /**
   * Refuses rows that are not directions. A NaN fails the comparison too, so this also finds rows
   * that are not finite.
   *
   * @param name what they are called in the message: {@code queries} or {@code gallery}
   * @param vectors {@code [batch, width]}, rows of one block, on any device
   * @param firstRow the number of the first of them, for the message
   * @throws MindEyeException if a row does not have length 1 within 0.001; a {@link
   *     NotFiniteException} if it holds NaN or infinity
   */
  public static void requireUnitLength(String name, NDArray vectors, long firstRow) {
    NDArray norms = vectors.norm(2, new int[] {1}, false).toType(DataType.FLOAT32, false);
    float[] lengths = norms.toFloatArray();
    for (int row = 0; row < lengths.length; row++) {
      if (!(Math.abs(lengths[row] - 1) <= LENGTH_TOLERANCE)) {
        throw refusal(name, firstRow + row, lengths[row]);
      }
    }
  }

  /**
   * The direction of a vector on the heap. One whose length is 1 within 0.001 is its own direction,
   * so that what was normalised before keeps its bits.
   *
   * @param name what such vectors are called in the message: {@code queries} or {@code gallery}
   * @param vector {@code [width]}; is not changed
   * @param width the gallery's
   * @param row the number of the vector, for the message
   * @return the vector itself, or a copy of length 1
   * @throws ShapeMismatchException if it has another width
   * @throws MindEyeException if it has no direction: its numbers are all 0; a {@link
   *     NotFiniteException} if it holds NaN or infinity
   */
  public static float[] unitLength(String name, float[] vector, int width, long row) {
    if (vector.length != width) {
      throw new ShapeMismatchException(
          name
              + ": expected "
              + Plural.of(width, "number")
              + " a row but row "
              + row
              + " has "
              + vector.length);
    }
    double squares = 0;
    for (float number : vector) {
      squares += (double) number * number;
    }
    double length = Math.sqrt(squares);
    if (Math.abs(length - 1) <= LENGTH_TOLERANCE) {
      return vector;
    }
    if (length == 0 || !Double.isFinite(length)) {
      throw refusal(name, row, (float) length);
    }
    float[] direction = new float[width];
    for (int i = 0; i < width; i++) {
      direction[i] = (float) (vector[i] / length);
    }
    return direction;
  }

  /**
   * Refuses a gallery with an id that two vectors have.
   *
   * @param ids of all vectors; not changed
   * @throws MindEyeException if one occurs twice
   */
  public static void requireDistinct(long[] ids) {
    long[] sorted = ids.clone();
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        throw new MindEyeException(
            "gallery: expected every id once but id " + sorted[i] + " occurs more than once");
      }
    }
  }

  private static MindEyeException refusal(String name, long row, float length) {
    if (length == 0) {
      return new MindEyeException(name + ": expected a direction but row " + row + " has length 0");
    }
    return Float.isFinite(length)
        ? new MindEyeException(
            name
                + ": expected rows of length 1 but row "
                + row
                + " has length "
                + length
                + "; use ClipVectors.normalized")
        : new NotFiniteException(
            name
                + ": expected finite numbers but row "
                + row
                + " holds NaN or infinity; look at the voxels, images or weights it comes from");
  }
}
