// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.clip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.core.document.Document;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.SearchInput;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.Similarity;
import org.mindeye.retrieval.TopNeighbors;
import org.mindeye.retrieval.clip.ClipRetrievalConfig.Aesthetics;

/**
 * A gallery on a clip-retrieval server, of whatever size it has there. There is no server by
 * default: the one that was public is gone.
 *
 * <p>What the server finds comes with what it knows, as text in {@link Neighbor#metadata}: {@code
 * url}, {@code caption}, and whatever else its columns are. A server that removes duplicates
 * returns fewer than asked for; ask for more {@linkplain SearchRequest#candidates candidates} then,
 * of which the best {@code k} are taken. Filters are refused: it has none.
 *
 * <p>Nothing is sent but the query and the settings, and nothing is fetched but the answer. Any
 * failure is an exception that names the address: an {@link java.io.UncheckedIOException} where no
 * good answer came, a {@link MalformedFileException} where an answer makes no sense.
 */
public final class ClipRetrievalIndex implements NeighborIndex {
  private static final int PUBLISHED_SCORE = 9;
  private static final double PUBLISHED_WEIGHT = 0.5;

  private final ClipRetrievalConfig config;
  private final KnnService service;
  private final Lifetime lifetime = Lifetime.of("ClipRetrievalIndex", () -> {});

  private ClipRetrievalIndex(ClipRetrievalConfig config) {
    this.config = config;
    service = new KnnService(config.server(), config.limits());
  }

  /**
   * Prepares to ask a server, which is not asked before the first search.
   *
   * @param config which, and how
   * @return the index; the caller closes it
   */
  public static ClipRetrievalIndex of(ClipRetrievalConfig config) {
    return new ClipRetrievalIndex(config);
  }

  @Override
  public int width() {
    return config.width();
  }

  /**
   * Not known: a server does not say.
   *
   * @return {@link #UNKNOWN_SIZE}
   */
  @Override
  public long size() {
    return UNKNOWN_SIZE;
  }

  @Override
  public Similarity similarity() {
    return Similarity.INNER_PRODUCT;
  }

  @Override
  public List<Neighbor> search(float[] query, SearchRequest request) {
    try (Lifetime.Call call = lifetime.enter()) {
      float[] direction = SearchInput.unitLength("queries", query, width(), 0);
      if (request.isFiltered()) {
        throw new UnsupportedOperationException(
            service.source()
                + ": a clip-retrieval server has no filter; ask for more neighbours, and filter"
                + " what it finds");
      }
      return read(service.ask(question(direction, request).toString()), request.k());
    }
  }

  /** As the published client asks; a key that is left out fails on some servers. */
  private ObjectNode question(float[] query, SearchRequest request) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putNull("text").putNull("image").putNull("image_url");
    ArrayNode numbers = json.putArray("embedding_input");
    for (float number : query) {
      numbers.add(number);
    }
    int asked = Math.max(request.k(), request.candidates());
    json.put("modality", config.modality().protocol())
        .put("num_images", asked)
        .put("num_result_ids", asked)
        .put("indice_name", config.index())
        .put("deduplicate", config.cleaning().duplicates())
        .put("use_safety_model", config.cleaning().unsafe())
        .put("use_violence_detector", config.cleaning().violent())
        .put("use_mclip", false);
    if (config.aesthetics() == Aesthetics.AS_PUBLISHED) {
      json.put("aesthetic_score", PUBLISHED_SCORE).put("aesthetic_weight", PUBLISHED_WEIGHT);
    }
    return json;
  }

  private List<Neighbor> read(String answer, int k) {
    JsonNode found =
        Document.parse(service.source(), "{\"found\":" + answer + "}").root().path("found");
    if (!found.isArray()) {
      throw malformed("a list of what was found", found);
    }
    Map<Long, Map<String, String>> known = new HashMap<>();
    TopNeighbors best = new TopNeighbors(k);
    List<Neighbor> ranked = new ArrayList<>();
    for (JsonNode hit : found) {
      JsonNode id = hit.path("id");
      JsonNode similarity = hit.path("similarity");
      if (!id.isIntegralNumber() || !id.canConvertToLong() || !similarity.isNumber()) {
        throw malformed("an integer 'id' and a number 'similarity' of each", hit);
      }
      if (known.put(id.longValue(), metadata(hit)) == null) {
        best.offer(id.longValue(), similarity.floatValue());
      }
    }
    best.bestFirst().forEach(neighbor -> ranked.add(neighbor.with(known.get(neighbor.id()))));
    return List.copyOf(ranked);
  }

  private static Map<String, String> metadata(JsonNode hit) {
    Map<String, String> metadata = new HashMap<>();
    hit.properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              boolean scored = field.getKey().equals("id") || field.getKey().equals("similarity");
              if (!scored && !value.isNull()) {
                metadata.put(
                    field.getKey(), value.isValueNode() ? value.asText() : value.toString());
              }
            });
    return metadata;
  }

  private MalformedFileException malformed(String expected, JsonNode found) {
    String text = found.toString();
    return new MalformedFileException(
        service.source(), expected, text.length() > 100 ? text.substring(0, 100) + "..." : text);
  }

  /** Searches no more, after waiting for searches in progress. Closing again does nothing. */
  @Override
  public void close() {
    lifetime.close();
  }
}
