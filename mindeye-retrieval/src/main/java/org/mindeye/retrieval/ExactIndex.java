// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.Neighbor;
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
public final class ExactIndex implements NeighborIndex {
  /** Numbers of a source that are read at once. */
  private static final int READ_AT_ONCE = 1 << 22;

  private final Lifetime lifetime;
  private final int width;
  private final ExactGallery gallery;

  private ExactIndex(NDManager manager, int width, ExactGallery gallery) {
    lifetime = Lifetime.of("ExactIndex", manager::close);
    this.width = width;
    this.gallery = gallery;
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
   * Copies a gallery into an index that multiplies in float32, reading it some rows at a time.
   *
   * @param source lent, and not needed afterwards
   * @param device where the index keeps its vectors and computes
   * @return the index; the caller closes it
   * @throws IOException if the source cannot be read
   * @throws MindEyeException if a row has no direction or an id occurs twice
   */
  public static ExactIndex of(EmbeddingSource source, Device device) throws IOException {
    int step = Math.max(1, READ_AT_ONCE / source.width());
    try (Builder builder = builder(source.width(), device)) {
      for (long from = 0; from < source.size(); from += step) {
        int count = (int) Math.min(step, source.size() - from);
        long[] ids = LongStream.range(from, from + count).map(source::id).toArray();
        float[] rows = EmbeddingSource.directions(source, from, count);
        try (CallScope scope = CallScope.open(Device.cpu())) {
          Shape shape = new Shape(count, source.width());
          builder.add(ClipVectors.of(Torch.copy(scope.manager(), rows, shape)), ids);
        }
      }
      return builder.build();
    }
  }

  /**
   * Searches the vectors of a file where they are: the file is mapped into memory, and read at the
   * speed of the disk or of the system's cache. An id is the number of its row.
   *
   * <p>Numbers are multiplied as they lie in the file, float16 and float64 converted to float32 on
   * the way through the processor. Vectors of more than 8192 numbers are copied by every search,
   * block by block, which takes longer and no more than some ten megabytes.
   *
   * @param file a {@code .npy} file, {@code [vectors, width]} or {@code [vectors, ...]}, rows of
   *     length 1, float16, float32 or float64, little-endian, row after row; it must not shrink
   *     while the index is open, which would end the process
   * @return the index on the CPU; the caller closes it
   * @throws IOException if the file cannot be read
   * @throws org.mindeye.formats.tensor.MalformedFileException if it is no such file
   * @throws MindEyeException if a row does not have length 1 (NaN included): every row is read
   */
  public static ExactIndex open(Path file) throws IOException {
    return openMapped(file, GalleryIds::ofRows);
  }

  /**
   * Searches the vectors of a file where they are, see {@link #open(Path)}.
   *
   * @param file as above
   * @param ids one per row, all different
   * @return the index on the CPU; the caller closes it
   * @throws IOException if the file cannot be read
   * @throws org.mindeye.formats.tensor.MalformedFileException if it is no such file
   * @throws ShapeMismatchException if the number of ids differs from the number of rows
   * @throws MindEyeException if a row does not have length 1 (NaN included), or an id occurs twice
   */
  public static ExactIndex open(Path file, long[] ids) throws IOException {
    GalleryIds names = GalleryIds.of(ids.clone());
    return openMapped(
        file,
        count -> {
          requireOnePerRow(count, ids);
          return names;
        });
  }

  private static ExactIndex openMapped(Path file, IntFunction<GalleryIds> ids) throws IOException {
    Objects.requireNonNull(file, "file");
    try (CloseOnFailure opened = new CloseOnFailure()) {
      NDManager manager = opened.add(Torch.newManager(Device.cpu()));
      MappedGallery mapped = MappedGallery.open(file, manager);
      ExactGallery gallery =
          new ExactGallery(
              Device.cpu(), Precision.FLOAT32, mapped.blocks(), ids.apply(mapped.count()));
      return opened.done(new ExactIndex(manager, mapped.width(), gallery));
    }
  }

  private static void requireOnePerRow(int rows, long[] ids) {
    if (ids.length != rows) {
      throw new ShapeMismatchException(
          "gallery: expected one id per vector but there are "
              + Plural.of(rows, "vector")
              + " and "
              + Plural.of(ids.length, "id"));
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
    return gallery.ids().count();
  }

  @Override
  public Similarity similarity() {
    return Similarity.COSINE;
  }

  /**
   * The format in which gallery and queries are multiplied.
   *
   * @return FLOAT32 or BFLOAT16
   */
  public Precision precision() {
    return gallery.precision();
  }

  /**
   * The ids of the gallery.
   *
   * @return every id once, in the order in which the vectors were added
   * @throws IllegalStateException after {@link #close()}
   */
  public LongStream ids() {
    lifetime.requireOpen();
    return gallery.ids().stream();
  }

  @Override
  public List<Neighbor> search(float[] query, SearchRequest request) {
    return searchAll(new float[][] {query}, request).get(0);
  }

  @Override
  public List<List<Neighbor>> searchAll(float[][] queries, SearchRequest request) {
    try (Lifetime.Call call = lifetime.enter();
        CallScope scope = CallScope.open(Device.cpu())) {
      Objects.requireNonNull(request, "request");
      FloatBuffer flat = FloatBuffer.allocate(Math.multiplyExact(queries.length, width));
      for (int i = 0; i < queries.length; i++) {
        flat.put(SearchInput.unitLength("queries", queries[i], width, i));
      }
      if (queries.length == 0) {
        return List.of();
      }
      Shape shape = new Shape(queries.length, width);
      return gallery.search(Torch.copy(scope.manager(), flat.array(), shape), request);
    }
  }

  @Override
  public List<List<Neighbor>> nearest(ClipVectors queries, int k) {
    try (Lifetime.Call call = lifetime.enter()) {
      SearchRequest request = SearchRequest.of(k);
      SearchInput.requireWidth("queries", queries, width);
      return gallery.search(queries.array(), request);
    }
  }

  @Override
  public void close() {
    lifetime.close();
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
      requireOnePerRow(vectors.batch(), pieceIds);
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
        NDArray rows = ExactGallery.float32(vectors, from, to);
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
      GalleryIds names = GalleryIds.of(all);
      ExactIndex index =
          new ExactIndex(
              manager,
              width,
              new ExactGallery(
                  manager.getDevice(), precision, new GalleryBlocks.Stored(blocks.done()), names));
      finished = true;
      return index;
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
