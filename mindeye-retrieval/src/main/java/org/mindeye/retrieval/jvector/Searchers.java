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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.TopNeighbors;
import org.mindeye.retrieval.internal.InnerProduct;
import org.mindeye.retrieval.internal.folder.MetadataFiles;

/** Searches an open graph, from any number of threads: each has a searcher of JVector's. */
final class Searchers {
  private final MappedVectors vectors;
  private final PQVectors codes;
  private final OnDiskGraphIndex graph;
  private final ReaderSupplier readers;

  /** Null if nothing is known. */
  private final MetadataFiles metadata;

  private final Queue<GraphSearcher> idle = new ConcurrentLinkedQueue<>();

  Searchers(
      MappedVectors vectors,
      PQVectors codes,
      OnDiskGraphIndex graph,
      ReaderSupplier readers,
      MetadataFiles metadata) {
    this.vectors = vectors;
    this.codes = codes;
    this.graph = graph;
    this.readers = readers;
    this.metadata = metadata;
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
    return metadata == null ? best.bestFirst() : described(best.bestFirst(), found, ids);
  }

  private List<Neighbor> described(
      List<Neighbor> best, SearchResult.NodeScore[] found, long[] ids) {
    Map<Long, Integer> rows = new HashMap<>();
    for (SearchResult.NodeScore candidate : found) {
      rows.put(ids[candidate.node], candidate.node);
    }
    return best.stream()
        .map(neighbor -> neighbor.with(metadata.get(rows.get(neighbor.id()))))
        .toList();
  }

  private GraphSearcher searcher() {
    GraphSearcher searcher = idle.poll();
    return searcher == null ? new GraphSearcher(graph) : searcher;
  }

  /** Closes the files, when no search runs any more. */
  void close() {
    try (CloseOnFailure open = new CloseOnFailure()) {
      if (metadata != null) {
        open.add(metadata);
      }
      open.add(readers);
      open.add(graph);
      idle.forEach(open::add);
      open.closeAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
