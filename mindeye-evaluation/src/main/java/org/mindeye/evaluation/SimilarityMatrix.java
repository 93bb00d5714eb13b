// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import java.util.function.BiFunction;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.internal.kernel.InnerProducts;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.TensorSpec;

/**
 * How similar every row of one tensor is to every row of another, with the names of what the rows
 * and columns are, so that no score is ever computed along the wrong axis. Heap data, immutable.
 *
 * <p>Source: {@code batchwise_cosine_similarity} and {@code batchwise_pearson_correlation} of
 * {@code utils.py}. The original's cosine function returns the transpose of what its arguments
 * suggest (rows are its <em>second</em> argument); here rows are always the first.
 */
public final class SimilarityMatrix {
  /** Bounds what is computed at once, and the centred copies, which are two blocks. */
  private static final int MOST_ROWS = 1024;

  private static final long MOST_NUMBERS = 1 << 26;

  /** Below this fraction of a row's length, what centring leaves is rounding. */
  private static final float CONSTANT = 1e-6f;

  private final String rowName;
  private final String columnName;
  private final float[][] values;

  private SimilarityMatrix(String rowName, String columnName, float[][] values) {
    this.rowName = rowName;
    this.columnName = columnName;
    this.values = values;
  }

  /**
   * Cosine of all pairs, computed in float32.
   *
   * @param rowName what a row is, for example {@code brain}
   * @param rows {@code [rows, width]}, any length; read only
   * @param columnName what a column is, for example {@code image}
   * @param columns {@code [columns, width]}, any length; read only
   * @return entries in [-1, 1] up to rounding
   * @throws ShapeMismatchException if an argument is not a matrix or the widths differ
   * @throws MindEyeException if a row has length zero (the original returns NaN) or is not finite
   */
  public static SimilarityMatrix cosine(
      String rowName, NDArray rows, String columnName, NDArray columns) {
    return compute(rowName, rows, columnName, columns, SimilarityMatrix::asGiven);
  }

  /**
   * Pearson correlation of all pairs: the cosine after subtracting each row's own mean, computed in
   * float32.
   *
   * @param rowName what a row is, for example {@code brain}
   * @param rows {@code [rows, width]}; read only
   * @param columnName what a column is, for example {@code image}
   * @param columns {@code [columns, width]}; read only
   * @return entries in [-1, 1] up to rounding
   * @throws ShapeMismatchException if an argument is not a matrix or the widths differ
   * @throws MindEyeException if a row is constant (the original returns NaN) or not finite
   */
  public static SimilarityMatrix pearson(
      String rowName, NDArray rows, String columnName, NDArray columns) {
    return compute(rowName, rows, columnName, columns, SimilarityMatrix::centred);
  }

  /**
   * Wraps similarities computed elsewhere.
   *
   * @param rowName what a row is
   * @param columnName what a column is
   * @param values {@code [rows, columns]}, copied
   * @return the matrix
   * @throws ShapeMismatchException if the matrix is empty or its rows differ in length
   * @throws NotFiniteException if an entry is NaN
   */
  public static SimilarityMatrix of(String rowName, String columnName, float[][] values) {
    if (values.length == 0 || values[0].length == 0) {
      throw new ShapeMismatchException(
          "similarity matrix: expected at least one entry but it is empty");
    }
    float[][] copy = new float[values.length][];
    for (int i = 0; i < values.length; i++) {
      copy[i] = values[i].clone();
      if (copy[i].length != copy[0].length) {
        throw new ShapeMismatchException(
            "similarity matrix: expected rows of "
                + Plural.of(copy[0].length, "entry")
                + " but row "
                + i
                + " has "
                + copy[i].length);
      }
      for (int j = 0; j < copy[i].length; j++) {
        if (Float.isNaN(copy[i][j])) {
          throw new NotFiniteException(
              "similarity matrix: expected numbers but entry [" + i + ", " + j + "] is NaN");
        }
      }
    }
    return new SimilarityMatrix(rowName, columnName, copy);
  }

  private static SimilarityMatrix compute(
      String rowName,
      NDArray rows,
      String columnName,
      NDArray columns,
      BiFunction<String, Block, Side> toSide) {
    TensorSpec.of(rowName).axis("rows").axis("width").check(rows);
    TensorSpec.of(columnName).axis("columns").axis("width", rows.getShape().get(1)).check(columns);
    int height = Math.toIntExact(rows.getShape().get(0));
    int width = Math.toIntExact(columns.getShape().get(0));
    int step = step(rows.getShape().get(1));
    float[][] values = new float[height][width];
    for (int top = 0; top < height; top += step) {
      try (CallScope outer = CallScope.open(rows.getDevice())) {
        Side left = toSide.apply(rowName, new Block(rows, top, step, rows));
        for (int start = 0; start < width; start += step) {
          try (CallScope inner = CallScope.open(rows.getDevice())) {
            Side right = toSide.apply(columnName, new Block(columns, start, step, rows));
            fill(values, top, start, left, right);
          }
        }
      }
    }
    return new SimilarityMatrix(rowName, columnName, values);
  }

  private static int step(long width) {
    return (int) Math.max(1, Math.min(MOST_ROWS, MOST_NUMBERS / width));
  }

  /** Inner products divided by both lengths: no copy of the vectors is normalised. */
  private static void fill(float[][] values, int top, int start, Side left, Side right) {
    float[] products = left.products(right).toFloatArray();
    int count = right.lengths.length;
    for (int i = 0; i < left.lengths.length; i++) {
      double length = left.lengths[i];
      for (int j = 0; j < count; j++) {
        values[top + i][start + j] =
            (float) (products[i * count + j] / (length * right.lengths[j]));
      }
    }
  }

  /** Some rows of a tensor, to be brought to where another one lives. */
  private record Block(NDArray source, int first, int step, NDArray where) {
    NDArray float32() {
      long end = Math.min(first + (long) step, source.getShape().get(0));
      return source
          .get(new NDIndex(first + ":" + end))
          .toType(DataType.FLOAT32, false)
          .toDevice(where.getDevice(), false);
    }
  }

  /** What is compared: the rows of a block, centred or not, and how long each is. */
  private record Side(NDArray rows, float[] lengths) {
    NDArray products(Side columns) {
      return InnerProducts.of(rows, columns.rows, 0, lengths.length);
    }
  }

  private static Side asGiven(String name, Block block) {
    NDArray rows = block.float32();
    float[] lengths = lengths(rows);
    for (int i = 0; i < lengths.length; i++) {
      checkFinite(name, block.first + i, lengths[i]);
      if (lengths[i] == 0) {
        throw undefined(name, block.first + i, "is all zero, so its cosine is undefined");
      }
    }
    return new Side(rows, lengths);
  }

  private static Side centred(String name, Block block) {
    NDArray rows = block.float32();
    NDArray centred = rows.sub(rows.mean(new int[] {1}, true));
    float[] before = lengths(rows);
    float[] after = lengths(centred);
    for (int i = 0; i < after.length; i++) {
      checkFinite(name, block.first + i, after[i]);
      if (after[i] <= CONSTANT * before[i]) {
        throw undefined(name, block.first + i, "is constant, so its correlation is undefined");
      }
    }
    return new Side(centred, after);
  }

  private static float[] lengths(NDArray rows) {
    return rows.norm(2, new int[] {1}, false).toFloatArray();
  }

  private static void checkFinite(String name, int row, float length) {
    if (!Float.isFinite(length)) {
      throw new NotFiniteException(
          name
              + ": row "
              + row
              + " holds values that are not finite (or overflow when squared); leave it out");
    }
  }

  private static MindEyeException undefined(String name, int row, String problem) {
    return new MindEyeException(name + ": row " + row + " " + problem + "; leave it out");
  }

  /**
   * What the rows are.
   *
   * @return the name given at creation
   */
  public String rowName() {
    return rowName;
  }

  /**
   * What the columns are.
   *
   * @return the name given at creation
   */
  public String columnName() {
    return columnName;
  }

  /**
   * The number of rows.
   *
   * @return how many, at least 1
   */
  public int rows() {
    return values.length;
  }

  /**
   * The number of columns.
   *
   * @return how many, at least 1
   */
  public int columns() {
    return values[0].length;
  }

  /**
   * One similarity.
   *
   * @param row from 0
   * @param column from 0
   * @return the entry
   */
  public float get(int row, int column) {
    return values[row][column];
  }

  /**
   * The same similarities seen from the other side.
   *
   * @return a new matrix, rows and columns (and their names) exchanged
   */
  public SimilarityMatrix transposed() {
    float[][] swapped = new float[columns()][rows()];
    for (int i = 0; i < rows(); i++) {
      for (int j = 0; j < columns(); j++) {
        swapped[j][i] = values[i][j];
      }
    }
    return new SimilarityMatrix(columnName, rowName, swapped);
  }

  /**
   * All similarities.
   *
   * @return {@code [rows, columns]}, a copy
   */
  public float[][] toArray() {
    float[][] copy = new float[values.length][];
    for (int i = 0; i < values.length; i++) {
      copy[i] = values[i].clone();
    }
    return copy;
  }

  @Override
  public String toString() {
    return "SimilarityMatrix[" + rowName + "=" + rows() + ", " + columnName + "=" + columns() + "]";
  }
}
