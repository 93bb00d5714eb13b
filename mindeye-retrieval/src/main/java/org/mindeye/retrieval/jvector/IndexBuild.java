// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.jvector;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import io.github.jbellis.jvector.graph.disk.OnDiskSequentialGraphIndexWriter;
import io.github.jbellis.jvector.graph.disk.feature.FeatureId;
import io.github.jbellis.jvector.graph.disk.feature.InlineVectors;
import io.github.jbellis.jvector.graph.disk.feature.SeparatedVectors;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.quantization.PQVectors;
import io.github.jbellis.jvector.quantization.ProductQuantization;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.mindeye.formats.numpy.Npy;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.retrieval.Similarity;
import org.mindeye.retrieval.internal.folder.MetadataFiles;
import org.mindeye.retrieval.internal.folder.SummedFile;
import org.mindeye.retrieval.internal.folder.VectorFile;
import org.mindeye.retrieval.jvector.BuildListener.Stage;

/**
 * Fills an index's folder, file by file. The vectors go to the disk first and are read from there,
 * so that the heap holds the graph, the codes and what trains them.
 */
final class IndexBuild implements AutoCloseable {
  static final String VECTORS = "vectors.npy";
  static final String IDS = "ids.npy";
  static final String CODES = "codes.pq";
  static final String GRAPH = "graph.jvector";

  private static final VectorTypeSupport VECTOR_TYPES =
      VectorizationProvider.getInstance().getVectorTypeSupport();

  /** What JVector's authors use, and the notes of its format measure. */
  private static final float OVERFLOW = 1.2f;

  private static final float ALPHA = 1.2f;

  /** Vectors between two looks at the thread's interrupt. */
  private static final int CONNECTED_AT_ONCE = 1 << 10;

  private final Path folder;
  private final JVectorConfig config;
  private final BuildListener listener;
  private final int count;
  private final int width;
  private final ForkJoinPool pool;

  IndexBuild(Path folder, JVectorConfig config, BuildListener listener, int count, int width) {
    this.folder = folder;
    this.config = config;
    this.listener = listener;
    this.count = count;
    this.width = width;
    pool = new ForkJoinPool(config.threads());
  }

  void run(EmbeddingSource source, long[] ids) throws IOException {
    List<String> names = new ArrayList<>(List.of(VECTORS, IDS, CODES, GRAPH));
    writeVectors(source);
    names.addAll(MetadataFiles.write(folder, source));
    Npy.write(folder.resolve(IDS), HeapArray.ofLongs(ids, count));
    MappedVectors vectors = MappedVectors.open(folder.resolve(VECTORS), count, width);
    writeCodes(vectors);
    writeGraph(vectors);
    List<SummedFile> files = new ArrayList<>();
    for (String name : names) {
      VectorFile.force(folder.resolve(name));
      files.add(SummedFile.read(folder.resolve(name)));
    }
    new IndexManifest(
            IndexManifest.FORMAT,
            IndexManifest.Engine.current(),
            Similarity.COSINE,
            width,
            count,
            config,
            files)
        .write(folder);
  }

  private void writeVectors(EmbeddingSource source) throws IOException {
    VectorFile.write(
        folder.resolve(VECTORS),
        source,
        done -> {
          requireWanted();
          listener.progressed(Stage.VECTORS, done, count);
        });
  }

  /** Trains with vectors from all over the gallery, the same in every build. */
  private void writeCodes(MappedVectors vectors) throws IOException {
    int training = Math.min(config.trainingVectors(), count);
    List<VectorFloat<?>> sample = new ArrayList<>();
    for (int i = 0; i < training; i++) {
      float[] row = new float[width];
      vectors.read((int) ((long) i * count / training), row);
      sample.add(VECTOR_TYPES.createFloatVector(row));
    }
    listener.progressed(Stage.CODES, 0, count);
    ProductQuantization codebook =
        ProductQuantization.compute(
            new ListRandomAccessVectorValues(sample, width),
            config.codeBytes(width),
            JVectorConfig.CENTERS,
            false,
            -1,
            pool,
            pool);
    requireWanted();
    PQVectors codes = PQVectors.encodeAndBuild(codebook, count, vectors.reader(), pool);
    requireWanted();
    try (GraphOutput output = GraphOutput.create(folder.resolve(CODES))) {
      codes.write(output, OnDiskGraphIndex.CURRENT_VERSION);
    }
    listener.progressed(Stage.CODES, count, count);
  }

  private void writeGraph(MappedVectors vectors) throws IOException {
    BuildScoreProvider scores =
        BuildScoreProvider.randomAccessScoreProvider(
            vectors.reader(), VectorSimilarityFunction.DOT_PRODUCT);
    try (GraphIndexBuilder builder =
        // A degree for each of two layers: upper layers are made of what is on the lower ones.
        GraphIndexBuilder.builder(scores, width, List.of(config.degree(), config.degree()))
            .withBeamWidth(config.beam())
            .withNeighborOverflow(OVERFLOW)
            .withAlpha(ALPHA)
            .withSimdExecutor(pool)
            .withParallelExecutor(pool)
            .build()) {
      Supplier<RandomAccessVectorValues> readers = vectors.reader().threadLocalSupplier();
      for (int from = 0; from < count; from += CONNECTED_AT_ONCE) {
        int to = Math.min(from + CONNECTED_AT_ONCE, count);
        IntStream some = IntStream.range(from, to).parallel();
        await(() -> some.forEach(i -> builder.addGraphNode(i, readers.get().getVector(i))));
        listener.progressed(Stage.GRAPH, to, count);
      }
      builder.cleanup();
      requireWanted();
      writeGraph(builder);
    }
  }

  /**
   * JVector demands vectors in its file. Ours lie in a file of their own, where the graph stays
   * small enough to be kept in memory and other programs read them, so that there is one number
   * here.
   */
  private void writeGraph(GraphIndexBuilder builder) throws IOException {
    InlineVectors.State none = new InlineVectors.State(VECTOR_TYPES.createFloatVector(1));
    try (GraphOutput output = GraphOutput.create(folder.resolve(GRAPH));
        OnDiskSequentialGraphIndexWriter writer =
            new OnDiskSequentialGraphIndexWriter.Builder(builder.getGraph(), output)
                .with(new SeparatedVectors(1, 0))
                .build()) {
      writer.write(Map.of(FeatureId.SEPARATED_VECTORS, node -> none));
    }
  }

  private void await(Runnable work) {
    try {
      pool.submit(work).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      requireWanted();
    } catch (ExecutionException e) {
      throw new IllegalStateException("JVector failed: " + e.getCause(), e.getCause());
    }
  }

  private static void requireWanted() {
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted();
    }
  }

  static CancellationException interrupted() {
    return new CancellationException("building the index was interrupted");
  }

  /** Waits for threads that an interrupt left at work: they read what is about to be deleted. */
  @Override
  public void close() {
    pool.shutdownNow();
    pool.awaitQuiescence(1, TimeUnit.MINUTES);
  }
}
