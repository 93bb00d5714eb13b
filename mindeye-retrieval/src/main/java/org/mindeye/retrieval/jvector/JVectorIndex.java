// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.jvector;

import io.github.jbellis.jvector.disk.MappedChunkReader;
import io.github.jbellis.jvector.disk.RandomAccessReader;
import io.github.jbellis.jvector.disk.ReaderSupplier;
import io.github.jbellis.jvector.disk.ReaderSupplierFactory;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import io.github.jbellis.jvector.quantization.PQVectors;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.LongStream;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.StagedFolder;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.SearchInput;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.Similarity;
import org.mindeye.retrieval.internal.folder.MetadataFiles;

/**
 * Approximate search of a gallery on the disk by a graph of neighbours (JVector), of some hundred
 * thousand vectors. A {@link org.mindeye.retrieval.gallery.GalleryFolder} holds more, in several
 * graphs. A search follows the graph by codes of a byte per eight numbers, which are in the heap,
 * reads the vectors of the best candidates from the disk, and scores them exactly: the score of
 * what is found is that of an {@link org.mindeye.retrieval.ExactIndex}, bit by bit, and equal ones
 * are in the order of their ids.
 *
 * <p>How much is found depends on the data: with the standard settings, 128 candidates held 100.0 %
 * of the true 16 nearest of 100 000 clustered vectors of 768 numbers (1000 Gaussian centres, noise
 * of 48 dimensions), and of a million such vectors in ten indexes, for 500 other vectors each.
 * {@link org.mindeye.retrieval.RecallCheck} says it of yours. More {@linkplain
 * SearchRequest#candidates candidates} find more; by itself an index takes eight per neighbour, at
 * least 128. Where a vector is there many more times than the graph has edges, its copies hide
 * others from the search: remove duplicates before building.
 *
 * <p>The folder of an index is complete or absent, and holds
 *
 * <ul>
 *   <li>{@code index.json}: versions, width, number, settings, and the sums of all files;
 *   <li>{@code vectors.npy}: float32 {@code [vectors, width]}, rows of length 1, which {@link
 *       org.mindeye.retrieval.ExactIndex#open} searches too;
 *   <li>{@code ids.npy}: int64 {@code [vectors]};
 *   <li>{@code codes.pq} and {@code graph.jvector} in JVector's formats;
 *   <li>{@code metadata.jsonl} and {@code metadata.npy}, if the source {@linkplain
 *       EmbeddingSource#describe describes} its rows: then what is found has {@link
 *       Neighbor#metadata}.
 * </ul>
 *
 * Opening reads ids and codes and compares the sums of the manifest, of these two, and of the
 * beginnings and ends of the others; {@link #verify} compares all bytes. The files must not change
 * while the index is open.
 *
 * <p>Searches run concurrently. On JDK 20 and later, the module {@code jdk.incubator.vector}, where
 * the application adds it, makes building and searching two to three times faster; JVector's log
 * says what it uses.
 */
public final class JVectorIndex implements NeighborIndex {
  /** The file in an index's folder that lists the others and their sums. */
  public static final String MANIFEST = IndexManifest.NAME;

  private static final int CANDIDATES_PER_NEIGHBOR = 8;
  private static final int FEWEST_CANDIDATES = 128;

  private final Lifetime lifetime;
  private final IndexManifest manifest;
  private final long[] ids;
  private final Searchers searchers;

  private JVectorIndex(IndexManifest manifest, long[] ids, Searchers searchers) {
    lifetime = Lifetime.of("JVectorIndex", searchers::close);
    this.manifest = manifest;
    this.ids = ids;
    this.searchers = searchers;
  }

  /**
   * Builds an index on the disk, as {@link #build(EmbeddingSource, Path, JVectorConfig,
   * BuildListener)} does, unwatched.
   *
   * @param source lent, and not needed afterwards
   * @param folder of the index; must not exist, the folder it is in must
   * @param config how
   * @throws IOException if the source cannot be read or the disk refuses; nothing is left then
   */
  public static void build(EmbeddingSource source, Path folder, JVectorConfig config)
      throws IOException {
    build(source, folder, config, BuildListener.NONE);
  }

  /**
   * Builds an index on the disk. The heap holds the ids, the codes, the graph (some 500 bytes a
   * vector) and the vectors that train the codes, and never all vectors: those are read from the
   * index's own file, of which the system keeps in memory what there is room for.
   *
   * <p>Two builds of the same source give two graphs: threads connect vectors as they come, and
   * JVector draws where its codes begin.
   *
   * @param source lent, and not needed afterwards; 256 to 2^31 - 1 vectors
   * @param folder of the index; must not exist, the folder it is in must
   * @param config how
   * @param listener is notified of the progress
   * @throws IOException if the source cannot be read or the disk refuses, an existing folder
   *     included; nothing is left then
   * @throws MindEyeException if there are too few vectors, one has no direction, or an id occurs
   *     twice
   * @throws java.util.concurrent.CancellationException if this thread is interrupted; nothing is
   *     left then
   */
  public static void build(
      EmbeddingSource source, Path folder, JVectorConfig config, BuildListener listener)
      throws IOException {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(listener, "listener");
    int count = count(source);
    config.codeBytes(source.width());
    try (StagedFolder staged = StagedFolder.create(folder);
        IndexBuild build = new IndexBuild(staged.path(), config, listener, count, source.width())) {
      build.run(source, ids(source));
      staged.publish();
    } catch (ClosedByInterruptException e) { // files are closed by an interrupt, too
      throw (CancellationException) IndexBuild.interrupted().initCause(e);
    }
  }

  private static int count(EmbeddingSource source) {
    if (source.size() < JVectorConfig.CENTERS || source.size() > Integer.MAX_VALUE) {
      throw new MindEyeException(
          "gallery: expected "
              + JVectorConfig.CENTERS
              + " to 2^31 - 1 vectors but there are "
              + source.size()
              + "; few are found exactly, and faster, by an ExactIndex");
    }
    return (int) source.size();
  }

  private static long[] ids(EmbeddingSource source) {
    long[] ids = LongStream.range(0, source.size()).map(source::id).toArray();
    SearchInput.requireDistinct(ids);
    return ids;
  }

  /**
   * Opens an index.
   *
   * @param folder what {@link #build} made
   * @return the index; the caller closes it
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if there is none, what is read of it was changed, or it was
   *     built by a version whose indexes this one does not read
   */
  public static JVectorIndex open(Path folder) throws IOException {
    IndexManifest manifest = IndexManifest.read(Objects.requireNonNull(folder, "folder"));
    manifest.require(folder);
    try (CloseOnFailure opened = new CloseOnFailure()) {
      MetadataFiles metadata =
          manifest.has(MetadataFiles.LINES)
              ? opened.add(MetadataFiles.open(folder, manifest.count()))
              : null;
      MappedVectors vectors =
          MappedVectors.open(
              folder.resolve(IndexBuild.VECTORS), manifest.count(), manifest.width());
      ReaderSupplier readers = opened.add(readers(folder.resolve(IndexBuild.GRAPH)));
      OnDiskGraphIndex graph = opened.add(OnDiskGraphIndex.load(readers));
      Searchers searchers = new Searchers(vectors, codes(folder), graph, readers, metadata);
      long[] ids = Npy.read(folder.resolve(IndexBuild.IDS)).toLongs();
      return opened.done(new JVectorIndex(manifest, ids, searchers));
    }
  }

  /** Below 2 GiB one mapping holds all; JVector's factory logs what a JDK lacks for more. */
  private static ReaderSupplier readers(Path file) throws IOException {
    return Files.size(file) < Integer.MAX_VALUE
        ? new MappedChunkReader.Supplier(file)
        : ReaderSupplierFactory.open(file);
  }

  private static PQVectors codes(Path folder) throws IOException {
    try (ReaderSupplier readers = readers(folder.resolve(IndexBuild.CODES));
        RandomAccessReader reader = readers.get()) {
      return PQVectors.load(reader);
    }
  }

  /**
   * Reads all files of an index and compares them with the manifest.
   *
   * @param folder what {@link #build} made
   * @throws IOException if it cannot be read
   * @throws MalformedFileException if a single byte was changed
   */
  public static void verify(Path folder) throws IOException {
    IndexManifest.read(folder).requireAll(folder);
  }

  @Override
  public int width() {
    return manifest.width();
  }

  @Override
  public long size() {
    return manifest.count();
  }

  @Override
  public Similarity similarity() {
    return manifest.similarity();
  }

  /**
   * What the index was built with.
   *
   * @return the settings in its manifest
   */
  public JVectorConfig config() {
    return manifest.config();
  }

  /**
   * The ids of the gallery.
   *
   * @return every id once, in the order of the rows
   * @throws IllegalStateException after {@link #close()}
   */
  public LongStream ids() {
    lifetime.requireOpen();
    return Arrays.stream(ids);
  }

  @Override
  public List<Neighbor> search(float[] query, SearchRequest request) {
    try (Lifetime.Call call = lifetime.enter()) {
      float[] direction = SearchInput.unitLength("queries", query, width(), 0);
      return searchers.search(direction, request, candidates(request), ids);
    }
  }

  @Override
  public List<List<Neighbor>> searchAll(float[][] queries, SearchRequest request) {
    try (Lifetime.Call call = lifetime.enter()) {
      return NeighborIndex.super.searchAll(queries, request);
    }
  }

  @Override
  public List<List<Neighbor>> nearest(ClipVectors queries, int k) {
    try (Lifetime.Call call = lifetime.enter()) {
      return NeighborIndex.super.nearest(queries, k);
    }
  }

  private int candidates(SearchRequest request) {
    long wanted =
        request.candidates() > 0
            ? request.candidates()
            : Math.max(FEWEST_CANDIDATES, (long) CANDIDATES_PER_NEIGHBOR * request.k());
    return (int) Math.min(wanted, manifest.count());
  }

  @Override
  public void close() {
    lifetime.close();
  }
}
