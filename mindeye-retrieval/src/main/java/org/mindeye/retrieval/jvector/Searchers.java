// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.jvector;

import io.github.jbellis.jvector.disk.ReaderSupplier;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.quantization.PQVectors;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.TopNeighbors;
import org.mindeye.retrieval.internal.InnerProduct;

/** Searches an open graph, from any number of threads: each has a searcher of JVector's. */
final class Searchers {
  private final MappedVectors vectors;
  private final PQVectors codes;
  private final OnDiskGraphIndex graph;
  private final ReaderSupplier readers;
  private final Queue<GraphSearcher> idle = new ConcurrentLinkedQueue<>();

  Searchers(
      MappedVectors vectors, PQVectors codes, OnDiskGraphIndex graph, ReaderSupplier readers) {
    this.vectors = vectors;
    this.codes = codes;
    this.graph = graph;
    this.readers = readers;
  }

  List<Neighbor> search(float[] query, SearchRequest request, int candidates, long[] ids) {
    DefaultSearchScoreProvider scores =
        new DefaultSearchScoreProvider(
            codes.precomputedScoreFunctionFor(
                VectorizationProvider.getInstance().getVectorTypeSupport().createFloatVector(query),
                VectorSimilarityFunction.DOT_PRODUCT));
    Bits allowed = request.isFiltered() ? row -> request.filter().test(ids[row]) : Bits.ALL;
    SearchResult.NodeScore[] found;
    try (CloseOnFailure failed = new CloseOnFailure()) {
      GraphSearcher searcher = failed.add(searcher());
      found = searcher.search(scores, candidates, candidates, 0, 0, allowed).getNodes();
      idle.add(failed.done(searcher)); // a failure may leave it in the middle of a search
    }
    TopNeighbors best = new TopNeighbors(request.k());
    float[] vector = new float[query.length];
    for (SearchResult.NodeScore candidate : found) {
      vectors.read(candidate.node, vector);
      best.offer(ids[candidate.node], InnerProduct.of(query, vector));
    }
    return best.bestFirst();
  }

  private GraphSearcher searcher() {
    GraphSearcher searcher = idle.poll();
    return searcher == null ? new GraphSearcher(graph) : searcher;
  }

  /** Closes the files, when no search runs any more. */
  void close() {
    try (CloseOnFailure open = new CloseOnFailure()) {
      open.add(readers);
      open.add(graph);
      idle.forEach(open::add);
      open.closeAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
