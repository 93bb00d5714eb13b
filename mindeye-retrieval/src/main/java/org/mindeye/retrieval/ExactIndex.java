// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.pipeline.Retriever;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.formats.io.CloseOnFailure;

/**
 * Exact search: every query is compared with every vector of the gallery, by matrix products of
 * bounded tiles.
 *
 * <p>A score is the inner product of the float32 vectors, summed in float64 and rounded to float32.
 * The products only decide which vectors are scored so: all whose product, within its largest
 * possible error, may be among the best. So the answer is the same, bit by bit, in each format, on
 * each device, and however the gallery was added and the queries were grouped; equal vectors have
 * equal scores, and the smaller id comes first. Vectors nearly as good as the last neighbour cost
 * time, in a gallery of copies of one vector most of it.
 *
 * <p>{@link Precision} is the format in which gallery and queries are multiplied:
 *
 * <ul>
 *   <li>{@link Precision#FLOAT32} keeps {@code 4 * size * width} bytes.
 *   <li>{@link Precision#BFLOAT16} keeps {@code 6 * size * width} bytes: the vectors in both
 *       formats. It pays where the processor multiplies bfloat16 itself (AVX512-BF16, AMX), for
 *       galleries of many thousands of vectors of up to some thousand numbers: half to two thirds
 *       of the time. Where it does not, the index works and is slower than in float32; choose it
 *       knowingly. For wide vectors its error is large, so that many are scored twice.
 *   <li>{@link Precision#INT8_WEIGHTS} is refused.
 * </ul>
 *
 * <p>The gallery lives in native memory that the index owns and is never copied for a search; an
 * index on a GPU also keeps the float32 vectors in the main memory. Besides, a search holds a few
 * megabytes of scores, and copies of up to 512 queries or 100 MB. Searches run concurrently; {@link
 * #close()} waits for them.
 *
 * <pre>{@code
 * try (ExactIndex index = ExactIndex.of(gallery, imageIds, device)) {
 *   List<Neighbor> best = index.nearest(queries, 5).get(0);
 * }
 * }</pre>
 */
public final class ExactIndex implements Retriever {
  private static final int QUERIES_PER_BLOCK = 512;
  private static final int NUMBERS_PER_QUERY_BLOCK = 1 << 24;

  private final Lifetime lifetime;
  private final NDManager manager;
  private final int width;
  private final long[] ids;

  private final Precision precision;
  private final List<Rows> blocks;

  private ExactIndex(
      NDManager manager, int width, Precision precision, List<Rows> blocks, long[] ids) {
    this.manager = manager;
    this.precision = precision;
    lifetime = Lifetime.of("ExactIndex", manager::close);
    this.width = width;
    this.blocks = blocks;
    this.ids = ids;
  }

  /**
   * Copies a gallery into an index that multiplies in float32.
   *
   * @param gallery {@code [vectors, width]}, rows of length 1, on any device; stays the caller's
   * @param ids one per row, all different
   * @param device where the index keeps its vectors and computes
   * @return the index; the caller closes it
   * @throws IllegalArgumentException if the number of ids differs from the number of rows
   * @throws MindEyeException if a row does not have length 1 (NaN included) or an id occurs twice
   */
  public static ExactIndex of(ClipVectors gallery, long[] ids, Device device) {
    return of(gallery, ids, Precision.FLOAT32, device);
  }

  /**
   * Copies a gallery into an index.
   *
   * @param gallery {@code [vectors, width]}, rows of length 1, on any device; stays the caller's
   * @param ids one per row, all different
   * @param precision FLOAT32 or BFLOAT16
   * @param device where the index keeps its vectors and computes
   * @return the index; the caller closes it
   * @throws IllegalArgumentException if the number of ids differs from the number of rows, or for
   *     INT8_WEIGHTS
   * @throws MindEyeException if a row does not have length 1 (NaN included) or an id occurs twice
   */
  public static ExactIndex of(ClipVectors gallery, long[] ids, Precision precision, Device device) {
    Objects.requireNonNull(ids, "ids");
    try (Builder builder = builder(gallery.width(), precision, device)) {
      return builder.add(gallery, ids).build();
    }
  }

  /**
   * Starts an index that multiplies in float32 and is filled piece by piece, for galleries that do
   * not fit one tensor.
   *
   * @param width the length of every vector
   * @param device where the index keeps its vectors and computes
   * @return a builder the caller closes (after {@link Builder#build()} that does nothing)
   * @throws IllegalArgumentException if the width is not positive
   */
  public static Builder builder(int width, Device device) {
    return builder(width, Precision.FLOAT32, device);
  }

  /**
   * Starts an index that is filled piece by piece, for galleries that do not fit one tensor.
   *
   * @param width the length of every vector
   * @param precision FLOAT32 or BFLOAT16
   * @param device where the index keeps its vectors and computes
   * @return a builder the caller closes (after {@link Builder#build()} that does nothing)
   * @throws IllegalArgumentException if the width is not positive, or for INT8_WEIGHTS
   */
  public static Builder builder(int width, Precision precision, Device device) {
    return new Builder(width, precision, device);
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public long size() {
    return ids.length;
  }

  /**
   * The format in which gallery and queries are multiplied.
   *
   * @return FLOAT32 or BFLOAT16
   */
  public Precision precision() {
    return precision;
  }

  /**
   * The ids of the gallery.
   *
   * @return every id once, in the order in which the vectors were added
   * @throws IllegalStateException after {@link #close()}
   */
  public LongStream ids() {
    lifetime.requireOpen();
    return Arrays.stream(ids);
  }

  @Override
  public List<List<Neighbor>> nearest(ClipVectors queries, int k) {
    try (Lifetime.Call call = lifetime.enter()) {
      SearchInput.requireCount(k);
      SearchInput.requireWidth("queries", queries, width);
      List<List<Neighbor>> result = new ArrayList<>(queries.batch());
      int step = Math.max(1, Math.min(QUERIES_PER_BLOCK, NUMBERS_PER_QUERY_BLOCK / width));
      for (int from = 0; from < queries.batch(); from += step) {
        int to = Math.min(from + step, queries.batch());
        result.addAll(search(queries.array(), from, to, Math.min(k, ids.length)));
      }
      return List.copyOf(result);
    }
  }

  private List<List<Neighbor>> search(NDArray queries, int from, int to, int k) {
    try (CallScope scope = CallScope.open(manager.getDevice())) {
      NDArray block = float32(queries, from, to);
      SearchInput.requireUnitLength("queries", block, from);
      Search search =
          new Search(Rows.of(block, precision, manager.getDevice(), scope.manager()), k, ids);
      int first = 0;
      for (Rows rows : blocks) {
        search.visit(rows, first);
        first += rows.count();
      }
      return search.result();
    }
  }

  @Override
  public void close() {
    lifetime.close();
  }

  /** Rows {@code from} to {@code to}; a view where nothing has to be converted. */
  private static NDArray float32(NDArray vectors, int from, int to) {
    return vectors.get(new NDIndex(from + ":" + to)).toType(DataType.FLOAT32, false);
  }

  /** Fills an {@link ExactIndex} piece by piece. Not safe for concurrent use. */
  public static final class Builder implements AutoCloseable {
    private final NDManager manager;
    private final int width;
    private final Precision precision;
    private final RowBlocks blocks;
    private final List<long[]> ids = new ArrayList<>();
    private boolean finished;

    private Builder(int width, Precision precision, Device device) {
      if (width < 1) {
        throw new IllegalArgumentException("width: expected at least 1 but was " + width);
      }
      if (Objects.requireNonNull(precision, "precision") == Precision.INT8_WEIGHTS) {
        throw new IllegalArgumentException(
            "precision: expected FLOAT32 or BFLOAT16 but was INT8_WEIGHTS, which is for the weights"
                + " of networks; an index has none");
      }
      this.manager = Torch.newManager(device);
      this.width = width;
      this.precision = precision;
      blocks = new RowBlocks(precision, manager);
    }

    /**
     * Copies vectors into the index. Pieces may have any size: small ones are gathered, for which
     * another 128 MB are in use until {@link #build()}. A piece that is refused for its content
     * closes the builder.
     *
     * @param vectors {@code [vectors, width]}, rows of length 1, on any device; stay the caller's
     * @param pieceIds one per row, different from all others of this index
     * @return this builder
     * @throws ShapeMismatchException if the number of ids differs from the number of rows, or the
     *     width is not the index's
     * @throws MindEyeException if a row does not have length 1 (NaN included)
     * @throws IllegalStateException after {@link #build()} or {@link #close()}
     */
    public Builder add(ClipVectors vectors, long[] pieceIds) {
      checkUnfinished();
      SearchInput.requireWidth("gallery", vectors, width);
      if (pieceIds.length != vectors.batch()) {
        throw new ShapeMismatchException(
            "gallery: expected one id per vector but there are "
                + Plural.of(vectors.batch(), "vector")
                + " and "
                + Plural.of(pieceIds.length, "id"));
      }
      long firstRow = ids.stream().mapToLong(piece -> piece.length).sum();
      try (CloseOnFailure failed = new CloseOnFailure()) {
        failed.add(this);
        int step = Rows.mostAtOnce(width);
        for (int from = 0; from < vectors.batch(); from += step) {
          int to = Math.min(from + step, vectors.batch());
          addBlock(vectors.array(), from, to, firstRow + from);
        }
        ids.add(pieceIds.clone());
        return failed.done(this);
      }
    }

    private void addBlock(NDArray vectors, int from, int to, long firstRow) {
      try (CallScope scope = CallScope.open(manager.getDevice())) {
        NDArray rows = float32(vectors, from, to);
        SearchInput.requireUnitLength("gallery", rows, firstRow);
        blocks.add(rows);
      }
    }

    /**
     * Ends the filling.
     *
     * @return the index, which owns all vectors added; the caller closes it
     * @throws MindEyeException if nothing was added or an id occurs twice
     * @throws IllegalStateException after {@link #build()} or {@link #close()}
     */
    public ExactIndex build() {
      checkUnfinished();
      long[] all = ids.stream().flatMapToLong(Arrays::stream).toArray();
      if (all.length == 0) {
        throw new MindEyeException("gallery: expected at least one vector but none was added");
      }
      checkUnique(all);
      ExactIndex index = new ExactIndex(manager, width, precision, blocks.done(), all);
      finished = true;
      return index;
    }

    private static void checkUnique(long[] ids) {
      long[] sorted = ids.clone();
      Arrays.sort(sorted);
      for (int i = 1; i < sorted.length; i++) {
        if (sorted[i] == sorted[i - 1]) {
          throw new MindEyeException(
              "gallery: expected every id once but id " + sorted[i] + " occurs more than once");
        }
      }
    }

    private void checkUnfinished() {
      if (finished) {
        throw new IllegalStateException("this builder is finished: start a new one");
      }
    }

    /** Frees the vectors of an index that was never built. */
    @Override
    public void close() {
      if (!finished) {
        finished = true;
        manager.close();
      }
    }
  }
}
