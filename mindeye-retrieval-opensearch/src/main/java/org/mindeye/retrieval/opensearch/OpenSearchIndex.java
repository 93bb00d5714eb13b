// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.SearchInput;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.Similarity;
import org.mindeye.retrieval.TopNeighbors;
import org.opensearch.client.json.JsonData;
import org.opensearch.client.opensearch.OpenSearchClient;
import org.opensearch.client.opensearch._types.OpenSearchException;
import org.opensearch.client.opensearch._types.mapping.KnnVectorProperty;
import org.opensearch.client.opensearch._types.mapping.Property;
import org.opensearch.client.opensearch._types.mapping.TypeMapping;
import org.opensearch.client.opensearch.core.SearchResponse;
import org.opensearch.client.opensearch.core.search.Hit;

/**
 * A gallery on a cluster of OpenSearch with its plug-in for vectors, from 2.17 on: for more vectors
 * than one machine holds, copies on several, and additions while it is searched.
 *
 * <pre>{@code
 * OpenSearchIndex.create(client, "pictures", OpenSearchConfig.of(768).withShards(8, 1));
 * OpenSearchUpload.send(client, "pictures", source, UploadConfig.standard(), UploadListener.NONE);
 * try (NeighborIndex index = OpenSearchIndex.open(client, "pictures")) {
 *   List<Neighbor> found = index.search(query, SearchRequest.of(16));
 * }
 * }</pre>
 *
 * <p>The client is the caller's: addresses of the servers, encryption and accounts belong to it. It
 * asks another server where one does not answer.
 *
 * <p>Searches are approximate; {@link org.mindeye.retrieval.RecallCheck} says how much they find.
 * Scores are cosines, computed from what the server says, and wrong by some 1e-7; with codes they
 * are those of the vectors themselves, which the server reads again. Filters are refused.
 */
public final class OpenSearchIndex implements NeighborIndex {
  /** How many vectors each part of the gallery compares, at least. */
  private static final int FEWEST_CANDIDATES = 100;

  private final OpenSearchClient client;
  private final String name;
  private final int width;
  private final long size;
  private final Lifetime lifetime = Lifetime.of("OpenSearchIndex", () -> {});

  private OpenSearchIndex(OpenSearchClient client, String name, int width, long size) {
    this.client = client;
    this.name = name;
    this.width = width;
    this.size = size;
  }

  /**
   * Creates an empty gallery.
   *
   * @param client of the cluster; stays the caller's
   * @param name of the index, which must not exist
   * @param config how it is kept
   * @throws MindEyeException if the cluster refuses, as it does where there is such an index, or
   *     where it has no plug-in for vectors
   * @throws java.io.UncheckedIOException if it cannot be reached
   */
  public static void create(OpenSearchClient client, String name, OpenSearchConfig config) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(config, "config");
    try {
      client
          .indices()
          .create(
              create ->
                  create
                      .index(name)
                      .settings(
                          settings ->
                              settings
                                  .knn(true)
                                  .numberOfShards(config.shards())
                                  .numberOfReplicas(config.replicas()))
                      .mappings(mapping(config)));
    } catch (OpenSearchException e) {
      throw Words.refused(name, "creating it", e);
    } catch (IOException e) {
      throw Words.unreachable(name, e);
    }
  }

  private static TypeMapping mapping(OpenSearchConfig config) {
    Map<String, Object> mark =
        Map.of(
            Words.FORMAT, Words.CURRENT,
            Words.WIDTH, config.width(),
            Words.ENGINE, config.engine().word());
    return TypeMapping.of(
        mapping ->
            mapping
                .meta(Words.MARK, JsonData.of(mark))
                .properties(Words.METADATA, Property.of(p -> p.object(o -> o.enabled(false))))
                .properties(Words.VECTOR, Property.of(p -> p.knnVector(vector(config)))));
  }

  private static KnnVectorProperty vector(OpenSearchConfig config) {
    KnnVectorProperty.Builder vector =
        new KnnVectorProperty.Builder()
            .dimension(config.width())
            .method(
                method ->
                    method
                        .name("hnsw")
                        .engine(config.engine().word())
                        .spaceType("innerproduct")
                        .parameters("m", JsonData.of(config.graph().edges()))
                        .parameters("ef_construction", JsonData.of(config.graph().beam())));
    if (config.storage() != Storage.MEMORY) {
      vector.mode(config.storage().mode()).compressionLevel(config.storage().compression());
    }
    return vector.build();
  }

  /**
   * Opens a gallery.
   *
   * @param client of the cluster; stays the caller's
   * @param name of the index
   * @return the gallery, as large as it is now; the caller closes it
   * @throws MindEyeException if there is no such index, or it is none that {@link #create} made
   * @throws java.io.UncheckedIOException if the cluster cannot be reached
   */
  public static OpenSearchIndex open(OpenSearchClient client, String name) {
    Objects.requireNonNull(name, "name");
    int width = width(client, name);
    try {
      client.indices().refresh(refresh -> refresh.index(name));
      long size = client.count(count -> count.index(name)).count();
      return new OpenSearchIndex(client, name, width, size);
    } catch (OpenSearchException e) {
      throw Words.refused(name, "counting its vectors", e);
    } catch (IOException e) {
      throw Words.unreachable(name, e);
    }
  }

  /** What the index says that its vectors are. */
  static int width(OpenSearchClient client, String name) {
    JsonNode mark;
    try {
      TypeMapping mapping =
          client.indices().getMapping(get -> get.index(name)).get(name).mappings();
      JsonData found = mapping.meta().get(Words.MARK);
      mark = found == null ? null : found.to(JsonNode.class);
    } catch (OpenSearchException e) {
      throw Words.refused(name, "looking at it", e);
    } catch (IOException e) {
      throw Words.unreachable(name, e);
    }
    int format = mark == null ? 0 : mark.path(Words.FORMAT).asInt();
    if (format != Words.CURRENT) {
      throw new MindEyeException(
          "OpenSearch, index "
              + name
              + ": expected a gallery of format "
              + Words.CURRENT
              + ", as OpenSearchIndex.create makes it, but found "
              + (mark == null ? "another index" : "format " + format));
    }
    return mark.path(Words.WIDTH).asInt();
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Similarity similarity() {
    return Similarity.COSINE;
  }

  @Override
  public List<Neighbor> search(float[] query, SearchRequest request) {
    try (Lifetime.Call call = lifetime.enter()) {
      float[] direction = SearchInput.unitLength("queries", query, width, 0);
      if (request.isFiltered()) {
        throw new UnsupportedOperationException(
            "OpenSearch, index "
                + name
                + ": a predicate cannot be sent to a server; ask for more neighbours, and filter"
                + " what it finds");
      }
      return found(ask(direction, request), request.k());
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

  private SearchResponse<Document> ask(float[] direction, SearchRequest request) {
    List<Float> vector = new ArrayList<>(direction.length);
    for (float number : direction) {
      vector.add(number);
    }
    int candidates = Math.max(FEWEST_CANDIDATES, Math.max(request.k(), request.candidates()));
    try {
      return client.search(
          search ->
              search
                  .index(name)
                  .size(request.k())
                  .source(source -> source.filter(only -> only.includes(Words.METADATA)))
                  .query(
                      any -> any.knn(knn -> knn.field(Words.VECTOR).vector(vector).k(candidates))),
          Document.class);
    } catch (OpenSearchException e) {
      throw Words.refused(name, "a search", e);
    } catch (IOException e) {
      throw Words.unreachable(name, e);
    }
  }

  private List<Neighbor> found(SearchResponse<Document> response, int k) {
    if (response.timedOut() || response.shards().failed() > 0) {
      throw new MindEyeException(
          "OpenSearch, index "
              + name
              + ": expected an answer of all parts of the gallery but "
              + response.shards().failed()
              + " of "
              + response.shards().total()
              + " failed"
              + (response.timedOut() ? " or took too long" : "")
              + "; look at the health of the cluster");
    }
    Map<Long, Map<String, String>> known = new HashMap<>();
    TopNeighbors best = new TopNeighbors(k);
    for (Hit<Document> hit : response.hits().hits()) {
      long id = Long.parseLong(hit.id());
      best.offer(id, cosine(hit.score()));
      Document document = hit.source();
      if (document != null && document.metadata() != null) {
        known.put(id, document.metadata());
      }
    }
    return best.bestFirst().stream()
        .map(neighbor -> neighbor.with(known.getOrDefault(neighbor.id(), Map.of())))
        .toList();
  }

  /** Servers make positive scores of inner products: 1 + p above 0, 1 / (1 - p) below. */
  static float cosine(double score) {
    return (float) (score >= 1 ? score - 1 : 1 - 1 / score);
  }

  /** Ends the use of the gallery; the client stays open. */
  @Override
  public void close() {
    lifetime.close();
  }
}
