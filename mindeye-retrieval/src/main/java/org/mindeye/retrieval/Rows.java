// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.internal.kernel.Conversion;
import org.mindeye.core.internal.kernel.InnerProducts;
import org.mindeye.retrieval.internal.InnerProduct;

/**
 * Vectors of length 1 in the two forms a search reads: as they are compared, in the chosen format
 * on the device, and exactly, in float32 where Java reads them. In float32 on the CPU both are the
 * same memory. Columns are cut into chunks, since the rounding of a sum grows with its terms.
 */
final class Rows {
  /** Sums of this many products are off by 0.001 at most. */
  private static final int CHUNK = InnerProduct.PART;

  private static final int MOST_READABLE = 1 << 28;

  /** Bounds the float32 numbers that exist for a moment while bfloat16 is made. */
  private static final long MOST_NUMBERS = 1 << 24;

  private final int count;
  private final int width;
  private final List<NDArray> compared = new ArrayList<>();
  private final List<ExactRows> exact = new ArrayList<>();

  private final boolean bfloat16;

  /** How far rounding moved each row, squared. */
  private final double[] moved;

  private Rows(int count, int width, boolean bfloat16) {
    this.count = count;
    this.width = width;
    this.bfloat16 = bfloat16;
    moved = new double[count];
  }

  /** How many may be in one object: Java reads at most 2 GiB of memory as one. */
  static int mostAtOnce(int width) {
    return MOST_READABLE / Math.min(width, CHUNK);
  }

  /**
   * Copies vectors.
   *
   * @param vectors {@code [rows, width]}, float32, on any device
   * @param precision in which they are compared, FLOAT32 or BFLOAT16
   * @param device where they are compared
   * @param owner of all memory that outlives the call
   */
  static Rows of(NDArray vectors, Precision precision, Device device, NDManager owner) {
    Rows rows =
        new Rows(
            Math.toIntExact(vectors.getShape().get(0)),
            Math.toIntExact(vectors.getShape().get(1)),
            precision == Precision.BFLOAT16);
    for (int from = 0; from < rows.width; from += CHUNK) {
      try (CallScope scope = CallScope.open(device)) {
        int to = Math.min(from + CHUNK, rows.width);
        NDArray chunk = InnerProducts.columns(vectors, from, to).toDevice(device, false);
        NDArray exact = scope.keep(chunk.toDevice(Device.cpu(), false), owner);
        rows.exact.add(ExactRows.of(exact));
        NDArray compared = rows.bfloat16 ? Conversion.to(chunk, DataType.BFLOAT16) : chunk;
        rows.compared.add(compared == exact ? exact : scope.keep(compared, owner));
        if (rows.bfloat16) {
          rows.measure(chunk);
        }
      }
    }
    return rows;
  }

  /** Whether {@link #at} takes vectors of this width. */
  static boolean isOneChunk(int width) {
    return width <= CHUNK;
  }

  /**
   * Vectors where they are, without a copy: on the CPU, row after row, as float32.
   *
   * @param vectors {@code [rows, width]}, float16, float32 or float64, of a width that is one
   *     chunk; live as long as the result
   */
  static Rows at(NDArray vectors) {
    Rows rows =
        new Rows(
            Math.toIntExact(vectors.getShape().get(0)),
            Math.toIntExact(vectors.getShape().get(1)),
            false);
    rows.compared.add(vectors);
    rows.exact.add(ExactRows.of(vectors));
    return rows;
  }

  private void measure(NDArray chunk) {
    int step = (int) Math.max(1, MOST_NUMBERS / chunk.getShape().get(1));
    for (int from = 0; from < count; from += step) {
      try (CallScope scope = CallScope.open(chunk.getDevice())) {
        NDArray some = chunk.get(from + ":" + Math.min(from + step, count));
        NDArray rounded = Conversion.to(Conversion.to(some, DataType.BFLOAT16), DataType.FLOAT32);
        float[] lengths = some.sub(rounded).norm(2, new int[] {1}, false).toFloatArray();
        for (int i = 0; i < lengths.length; i++) {
          moved[from + i] += (double) lengths[i] * lengths[i];
        }
      }
    }
  }

  int count() {
    return count;
  }

  boolean isBfloat16() {
    return bfloat16;
  }

  int chunks() {
    return compared.size();
  }

  /** The longest sum of products, in terms, with those that add up the chunks. */
  int terms() {
    return Math.min(width, CHUNK) + chunks();
  }

  /** How far a row is from what it is compared as, up to the rounding of a length. */
  double moved(int row) {
    return Math.sqrt(moved[row]);
  }

  /** The largest of these distances. */
  double farthestMoved() {
    return Math.sqrt(Arrays.stream(moved).max().orElse(0));
  }

  Device device() {
    return compared.get(0).getDevice();
  }

  /**
   * Compares queries with some of these vectors.
   *
   * @return {@code [last - first, queries]}, float32 or bfloat16
   */
  NDArray scores(Rows queries, int first, int last) {
    NDArray sum = InnerProducts.of(compared.get(0), queries.compared.get(0), first, last);
    for (int i = 1; i < compared.size(); i++) {
      try (NDArray before = sum;
          NDArray more = InnerProducts.of(compared.get(i), queries.compared.get(i), first, last)) {
        sum = InnerProducts.sum(before, more);
      }
    }
    return sum;
  }

  /**
   * The cosine of a row and a row of others: the same bits wherever and however it is asked for.
   *
   * @param room where rows are copied to, the caller's own
   */
  float cosine(int row, Rows others, int other, Room room) {
    double sum = 0;
    for (int i = 0; i < exact.size(); i++) {
      int length = Math.min(CHUNK, width - i * CHUNK);
      exact.get(i).read(row, length, room.left);
      others.exact.get(i).read(other, length, room.right);
      sum += InnerProduct.part(room.left, 0, room.right, 0, length);
    }
    return (float) sum;
  }

  /** Room for a chunk of two rows. */
  Room room() {
    int length = Math.min(CHUNK, width);
    return new Room(new float[length], new float[length]);
  }

  /** Where rows are copied to, since Java is faster on the heap. */
  record Room(float[] left, float[] right) {}
}
