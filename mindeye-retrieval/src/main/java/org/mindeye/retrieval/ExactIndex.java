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
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.pipeline.Retriever;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.formats.io.CloseOnFailure;

/**
 * Exact search: every query is compared with every vector of the gallery, in float32, by matrix
 * products of bounded blocks.
 *
 * <p>The gallery lives in native memory that the index owns ({@code 4 * size * width} bytes) and is
 * never copied for a search; besides it, a search holds at most a few megabytes of scores. Searches
 * run concurrently; {@link #close()} waits for them.
 *
 * <p>Scores carry the rounding of a float32 matrix product (about 1e-6), so that two different
 * vectors whose cosines agree to that precision may come in either order.
 *
 * <pre>{@code
 * try (ExactIndex index = ExactIndex.of(gallery, imageIds, device)) {
 *   List<Neighbor> best = index.nearest(queries, 5).get(0);
 * }
 * }</pre>
 */
public final class ExactIndex implements Retriever {
  private static final int QUERIES_PER_BLOCK = 64;
  private static final int VECTORS_PER_BLOCK = 16_384;

  private final Lifetime lifetime;
  private final NDManager manager;
  private final int width;
  private final long[] ids;

  /** The gallery, each block as {@code [width, vectors]}, a transposed view. */
  private final List<NDArray> blocks;

  private ExactIndex(NDManager manager, int width, List<NDArray> blocks, long[] ids) {
    this.manager = manager;
    lifetime = Lifetime.of("ExactIndex", manager::close);
    this.width = width;
    this.blocks = List.copyOf(blocks);
    this.ids = ids;
  }

  /**
   * Copies a gallery into an index.
   *
   * @param gallery {@code [vectors, width]}, rows of length 1, on any device; stays the caller's
   * @param ids one per row, all different
   * @param device where the index keeps its vectors and computes
   * @return the index; the caller closes it
   * @throws IllegalArgumentException if the number of ids differs from the number of rows
   * @throws MindEyeException if a row does not have length 1 (NaN included) or an id occurs twice
   */
  public static ExactIndex of(ClipVectors gallery, long[] ids, Device device) {
    Objects.requireNonNull(ids, "ids");
    try (Builder builder = builder(gallery.width(), device)) {
      return builder.add(gallery, ids).build();
    }
  }

  /**
   * Starts an index that is filled piece by piece, for galleries that do not fit one tensor.
   *
   * @param width the length of every vector
   * @param device where the index keeps its vectors and computes
   * @return a builder the caller closes (after {@link Builder#build()} that does nothing)
   * @throws IllegalArgumentException if the width is not positive
   */
  public static Builder builder(int width, Device device) {
    return new Builder(device, width);
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
      for (int from = 0; from < queries.batch(); from += QUERIES_PER_BLOCK) {
        int to = Math.min(from + QUERIES_PER_BLOCK, queries.batch());
        result.addAll(search(queries.array(), from, to, Math.min(k, ids.length)));
      }
      return List.copyOf(result);
    }
  }

  private List<List<Neighbor>> search(NDArray queries, int from, int to, int k) {
    try (CallScope scope = CallScope.open(manager.getDevice())) {
      NDArray block = float32(queries, from, to, manager.getDevice());
      SearchInput.requireUnitLength("queries", block, from);
      List<TopNeighbors> best =
          IntStream.range(from, to).mapToObj(query -> new TopNeighbors(k)).toList();
      int first = 0;
      for (NDArray vectors : blocks) {
        int count = Math.toIntExact(vectors.getShape().get(1));
        try (NDArray scores = block.matMul(vectors)) {
          offer(scores.toFloatArray(), first, count, best);
        }
        first += count;
      }
      return best.stream().map(TopNeighbors::bestFirst).toList();
    }
  }

  private void offer(float[] scores, int first, int count, List<TopNeighbors> best) {
    int next = 0;
    for (TopNeighbors top : best) {
      for (int vector = first; vector < first + count; vector++) {
        top.offer(ids[vector], scores[next++]);
      }
    }
  }

  @Override
  public void close() {
    lifetime.close();
  }

  /** Rows {@code from} to {@code to}, on the device; a view where nothing has to be converted. */
  private static NDArray float32(NDArray vectors, int from, int to, Device device) {
    NDArray rows = vectors.get(new NDIndex(from + ":" + to));
    return rows.toType(DataType.FLOAT32, false).toDevice(device, false);
  }

  /** Fills an {@link ExactIndex} piece by piece. Not safe for concurrent use. */
  public static final class Builder implements AutoCloseable {
    private final NDManager manager;
    private final int width;
    private final List<NDArray> blocks = new ArrayList<>();
    private final List<long[]> ids = new ArrayList<>();
    private boolean finished;

    private Builder(Device device, int width) {
      if (width < 1) {
        throw new IllegalArgumentException("width: expected at least 1 but was " + width);
      }
      this.manager = Torch.newManager(device);
      this.width = width;
    }

    /**
     * Copies vectors into the index. Add large pieces: each call makes blocks of its own, and small
     * blocks search slowly. A piece that is refused for its content closes the builder.
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
        for (int from = 0; from < vectors.batch(); from += VECTORS_PER_BLOCK) {
          int to = Math.min(from + VECTORS_PER_BLOCK, vectors.batch());
          addBlock(vectors.array(), from, to, firstRow + from);
        }
        ids.add(pieceIds.clone());
        return failed.done(this);
      }
    }

    private void addBlock(NDArray vectors, int from, int to, long firstRow) {
      try (CallScope scope = CallScope.open(manager.getDevice())) {
        NDArray rows = float32(vectors, from, to, manager.getDevice());
        SearchInput.requireUnitLength("gallery", rows, firstRow);
        NDArray own = scope.keep(rows.duplicate(), manager);
        blocks.add(scope.keep(own.transpose(), manager));
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
      finished = true;
      return new ExactIndex(manager, width, blocks, all);
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
